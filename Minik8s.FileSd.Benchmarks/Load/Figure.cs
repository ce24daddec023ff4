using System.Globalization;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>One result beside what is aimed at.</summary>
/// <param name="Title">What was done, in words.</param>
/// <param name="What">What was measured.</param>
/// <param name="Unit">Of the value; empty for a mere number.</param>
/// <param name="Aim">At most so much; null for a figure that has no aim.</param>
/// <param name="Note">How it came about; empty where that is plain.</param>
internal sealed record Figure(string Title, string What, double Value, string Unit, double? Aim = null, string Note = "")
{
    /// <summary>The case of which it is one, as <c>--case</c> names it.</summary>
    public string Case { get; init; } = "";

    public bool? IsReached => Aim is { } aim ? Value <= aim : null;

    public string Text => Words(Value);

    public string AimText => Aim is { } aim ? Words(aim) : "";

    /// <summary>Bytes and what has no unit are counted, and the rest is measured.</summary>
    private string Words(double value) => value.ToString(Math.Abs(value) switch
    {
        _ when Unit is "" or "B" => "#,0",
        0 => "0",
        < 1 => "0.00#",
        < 10 => "0.0#",
        < 100 => "0.#",
        _ => "#,0",
    }, CultureInfo.InvariantCulture) + (Unit.Length > 0 ? $" {Unit}" : "");
}

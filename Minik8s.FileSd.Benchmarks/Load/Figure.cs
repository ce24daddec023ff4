using System.Globalization;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>One result beside what is aimed at.</summary>
/// <param name="Case">What was done.</param>
/// <param name="What">What was measured.</param>
/// <param name="Unit">Of the value; empty for a mere number.</param>
/// <param name="Aim">At most so much; null for a figure that has no aim.</param>
/// <param name="Note">How it came about; empty where that is plain.</param>
internal sealed record Figure(string Case, string What, double Value, string Unit, double? Aim = null, string Note = "")
{
    public bool? IsReached => Aim is { } aim ? Value <= aim : null;

    public string Text => $"{Digits(Value)}{(Unit.Length > 0 ? " " : "")}{Unit}";

    public string AimText => Aim is { } aim ? $"{Digits(aim)}{(Unit.Length > 0 ? " " : "")}{Unit}" : "";

    private static string Digits(double value) => value.ToString(Math.Abs(value) switch
    {
        0 => "0",
        < 1 => "0.00#",
        < 10 => "0.0#",
        < 100 => "0.#",
        _ => "#,0",
    }, CultureInfo.InvariantCulture);
}

using System.Globalization;
using Minik8s.Sandbox.Prometheus;

namespace Minik8s.Sandbox.Terminal;

/// <summary>A line for every change, for a file or a pipe.</summary>
internal sealed class PlainView(TextWriter output, TimeProvider time) : IView
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);
    private Dictionary<(string Job, string Address, string Labels), TargetRow> _shown = [];

    public void Tell(string message) =>
        _output.WriteLine($"{Now} {message.ReplaceLineEndings(Environment.NewLine + new string(' ', 9))}");

    public void Show(IReadOnlyList<TargetRow> targets)
    {
        // Not by the address alone: two nodes may have the same. Twice the very same target is one line.
        var now = targets.DistinctBy(Key).ToDictionary(Key);
        foreach (var gone in _shown.Values.Where(target => !now.ContainsKey(Key(target))))
        {
            Write(gone with { State = "gone", Error = "" });
        }

        foreach (var target in now.Values.Where(target => _shown.GetValueOrDefault(Key(target)) != target))
        {
            Write(target);
        }

        _shown = now;
    }

    private string Now => time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static (string Job, string Address, string Labels) Key(TargetRow target) =>
        (target.Job, target.Address, target.Labels);

    private void Write(TargetRow target) => _output.WriteLine(
        $"{Now} {target.State,-8} {target.Job,-10} {target.Address,-21} {target.Labels} {target.Error}".TrimEnd());
}

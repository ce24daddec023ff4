using System.Globalization;
using Minik8s.Sandbox.Prometheus;

namespace Minik8s.Sandbox.Terminal;

/// <summary>A line for every change, for a file or a pipe.</summary>
internal sealed class PlainView(TextWriter output, TimeProvider time) : IView
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);
    private Dictionary<(string Job, string Address), TargetRow> _shown = [];

    public void Tell(string message) =>
        _output.WriteLine($"{Now} {message.ReplaceLineEndings(Environment.NewLine + new string(' ', 9))}");

    public void Show(IReadOnlyList<TargetRow> targets)
    {
        var now = targets.ToDictionary(target => (target.Job, target.Address));
        foreach (var gone in _shown.Values.Where(target => !now.ContainsKey((target.Job, target.Address))))
        {
            Write(gone with { State = "gone", Error = "" });
        }

        foreach (var target in targets.Where(target => _shown.GetValueOrDefault((target.Job, target.Address)) != target))
        {
            Write(target);
        }

        _shown = now;
    }

    private string Now => time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private void Write(TargetRow target) => _output.WriteLine(
        $"{Now} {target.State,-8} {target.Job,-10} {target.Address,-21} {target.Labels} {target.Error}".TrimEnd());
}

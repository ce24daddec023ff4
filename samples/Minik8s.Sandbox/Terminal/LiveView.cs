using System.Globalization;
using Minik8s.Sandbox.Prometheus;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Minik8s.Sandbox.Terminal;

/// <summary>A table that stays in its place on the terminal, with the latest messages below it.</summary>
internal sealed class LiveView(LiveDisplayContext display, TimeProvider time) : IView
{
    private const int LinesShown = 8;

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = [];
    private IReadOnlyList<TargetRow> _targets = [];

    public void Tell(string message)
    {
        lock (_lock)
        {
            var now = time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
            foreach (var line in $"{now} {message}".Split('\n'))
            {
                _lines.Enqueue(line);
            }

            while (_lines.Count > LinesShown)
            {
                _lines.Dequeue();
            }

            display.UpdateTarget(Render());
        }
    }

    public void Show(IReadOnlyList<TargetRow> targets)
    {
        lock (_lock)
        {
            _targets = targets;
            display.UpdateTarget(Render());
        }
    }

    private Rows Render()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("health", "job", "target", "labels");
        table.Columns[2].NoWrap();
        foreach (var target in _targets)
        {
            var error = target.Error.Length == 0 ? "" : $"\n[red]{target.Error.EscapeMarkup()}[/]";
            table.AddRow(
                $"[{Colour(target.State)}]{target.State}[/]",
                target.Job.EscapeMarkup(),
                target.Address.EscapeMarkup(),
                target.Labels.EscapeMarkup() + error);
        }

        // One row for a line, however long: the table must not be pushed out of sight.
        return new Rows([table, .. _lines.Select(line => (IRenderable)new Text(Cut(line, AnsiConsole.Profile.Width)))]);
    }

    /// <summary>What of a line fits into a row, the last column left free.</summary>
    public static string Cut(string line, int width) =>
        line.Length < width ? line : line[..Math.Max(0, width - 2)] + "…";

    private static string Colour(string state) => state switch
    {
        TargetState.Up => "green",
        TargetState.Down => "red",
        _ => "yellow",
    };
}

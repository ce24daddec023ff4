using System.Text;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>The figures as a table.</summary>
internal static class Report
{
    /// <summary>For a terminal.</summary>
    public static string Text(IReadOnlyList<Figure> figures)
    {
        var text = new StringBuilder();
        foreach (var group in figures.GroupBy(figure => figure.Title))
        {
            text.AppendLine(group.Key);
            foreach (var figure in group)
                text.AppendLine($"  {Mark(figure),-4} {figure.What,-66} {figure.Text,16} {(figure.Aim is null ? "" : $"aim {figure.AimText}"),-22} {figure.Note}".TrimEnd());
        }

        return text.ToString();
    }

    /// <summary>For a document, with how it was measured.</summary>
    public static string Markdown(IReadOnlyList<Figure> figures, LoadSettings settings)
    {
        var text = new StringBuilder();
        text.Append(Machine.Description).Append('\n');
        text.Append(FormattableString.Invariant($"Scale {settings.Scale:0.###}; {settings.Rounds} rounds, {settings.Changes} single changes, {settings.Seconds} s of churn or silence"));
        text.Append(settings.More.Count > 0 ? $"; flags of the daemon: `{string.Join(' ', settings.More)}`.\n\n" : ".\n\n");
        text.Append("| `--case` | what is done | figure | result | aim | reached |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var figure in figures)
            text.Append($"| `{figure.Case}` | {figure.Title} | {figure.What}{(figure.Note.Length > 0 ? $" ({figure.Note})" : "")} | {figure.Text} | {figure.AimText} | {Mark(figure)} |\n");
        return text.ToString();
    }

    private static string Mark(Figure figure) => figure.IsReached switch
    {
        null => "",
        true => "yes",
        false => "NO",
    };
}

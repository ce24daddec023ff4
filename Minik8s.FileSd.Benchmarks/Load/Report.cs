using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>The figures as a table.</summary>
internal static class Report
{
    private const string Begin = "<!-- load: what follows is written by the load benchmark -->";
    private const string End = "<!-- end of load -->";

    /// <summary>For a terminal.</summary>
    public static string Text(IReadOnlyList<Figure> figures)
    {
        var text = new StringBuilder();
        foreach (var group in figures.GroupBy(figure => figure.Case))
        {
            text.AppendLine(group.Key);
            foreach (var figure in group)
                text.AppendLine($"  {Mark(figure),-4} {figure.What,-66} {figure.Text,16} {(figure.Aim is null ? "" : $"aim {figure.AimText}"),-22} {figure.Note}");
        }

        return text.ToString();
    }

    /// <summary>Puts the table and a description of the machine into a document, in the place of the last ones.</summary>
    public static async Task ReplaceAsync(string path, IReadOnlyList<Figure> figures)
    {
        var document = await File.ReadAllTextAsync(path);
        var (begin, end) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new IOException($"{path} has no place for the table: a line {Begin} and a line {End}");
        var table = new StringBuilder();
        table.AppendLine(Begin).AppendLine().AppendLine(Machine()).AppendLine();
        table.AppendLine("| case | figure | result | aim | |").AppendLine("| --- | --- | --- | --- | --- |");
        foreach (var figure in figures)
            table.AppendLine($"| {figure.Case} | {figure.What}{(figure.Note.Length > 0 ? $" ({figure.Note})" : "")} | {figure.Text} | {figure.AimText} | {Mark(figure)} |");
        await File.WriteAllTextAsync(path, document[..begin] + table.AppendLine() + document[end..]);
    }

    private static string Mark(Figure figure) => figure.IsReached switch
    {
        null => "",
        true => "yes",
        false => "NO",
    };

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        var memory = long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return $"{Environment.ProcessorCount} cores of {model}, {memory / (1 << 20)} GiB, Linux {Environment.OSVersion.Version}, {RuntimeInformation.FrameworkDescription}; {TimeProvider.System.GetUtcNow():yyyy-MM-dd}.";
    }
}

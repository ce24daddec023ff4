using System.Globalization;
using System.Text;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>What <c>/metrics</c> has answered: the samples by their name and labels as they are written, and the types by name.</summary>
internal sealed class Scrape
{
    private readonly Dictionary<string, double> _samples = [];

    public Scrape(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                Types.Add(line.Split(' ')[2], line.Split(' ')[3]);
            else if (line[0] != '#')
                _samples.Add(line[..line.LastIndexOf(' ')], double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
    }

    public static async Task<Scrape> OfAsync(DaemonMetrics metrics)
    {
        using var text = new MemoryStream();
        await metrics.WriteAsync(text, CancellationToken.None);
        return new Scrape(Encoding.ASCII.GetString(text.ToArray()));
    }

    /// <summary>The values of a metric of one label, those of 0 left out, such as <c>check: 2</c>; the metric's own labels stand in its name.</summary>
    /// <param name="beginning">The series up to the label's value, without the prefix.</param>
    public IEnumerable<string> Counted(string beginning) => Series
        .Where(series => series.StartsWith($"minik8s_filesd_{beginning}", StringComparison.Ordinal) && Value(series) != 0)
        .Select(series => $"{series[$"minik8s_filesd_{beginning}".Length..].Split('"')[0]}: {Value(series)}");

    public Dictionary<string, string> Types { get; } = [];

    public IEnumerable<string> Series => _samples.Keys;

    /// <param name="series">Without the prefix, such as <c>stream_synced{resource="pods"}</c>. Null when it is absent.</param>
    public double? this[string series] => Value($"minik8s_filesd_{series}");

    /// <param name="series">In full. Null when it is absent.</param>
    public double? Value(string series) => _samples.TryGetValue(series, out var value) ? value : null;
}

using System.Globalization;

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

    public Dictionary<string, string> Types { get; } = [];

    public IEnumerable<string> Series => _samples.Keys;

    /// <param name="series">Without the prefix, such as <c>stream_synced{resource="pods"}</c>. Null when it is absent.</param>
    public double? this[string series] => Value($"minik8s_filesd_{series}");

    /// <param name="series">In full. Null when it is absent.</param>
    public double? Value(string series) => _samples.TryGetValue(series, out var value) ? value : null;
}

using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Minik8s.FileSd.Scraping;

/// <summary>Finds in Prometheus' configuration which files its scrape jobs read.</summary>
internal static class ConfigReader
{
    /// <summary>The most that is taken of it.</summary>
    public const int LongestAnswer = 8 << 20;

    public static readonly TimeSpan StandardRefresh = TimeSpan.FromMinutes(5);

    /// <param name="answer">To <c>api/v1/status/config</c>.</param>
    /// <returns>One for each <c>file_sd_configs</c> entry; null where the answer cannot be understood.</returns>
    public static IReadOnlyList<FileSdConfig>? Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty("yaml", out var yaml) && yaml.ValueKind == JsonValueKind.String
                ? OfYaml(yaml.GetString()!)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or YamlException or InvalidOperationException)
        {
            return null;
        }
    }

    private static List<FileSdConfig> OfYaml(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new Bounded(new Parser(new StringReader(yaml))));
        return
        [
            .. from job in Items(stream.Documents.FirstOrDefault()?.RootNode, "scrape_configs")
            from config in Items(job, "file_sd_configs")
            select new FileSdConfig(
                Text(Child(job, "job_name")),
                [.. Items(config, "files").Select(Text)],
                PrometheusDuration.TryParse(Text(Child(config, "refresh_interval")), out var interval) ? interval : StandardRefresh,
                Items(job, "relabel_configs").Any(rule => Text(Child(rule, "target_label")) == "__address__")),
        ];
    }

    private static IEnumerable<YamlNode> Items(YamlNode? parent, string key) => Child(parent, key) as YamlSequenceNode ?? Enumerable.Empty<YamlNode>();

    private static YamlNode? Child(YamlNode? parent, string key) =>
        parent is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static string Text(YamlNode? node) => (node as YamlScalarNode)?.Value ?? "";

    /// <summary>A tree is built by recursion: deeper than any configuration is none.</summary>
    private sealed class Bounded(IParser parser) : IParser
    {
        private const int Deepest = 32;
        private int _depth;

        public YamlDotNet.Core.Events.ParsingEvent? Current => parser.Current;

        public bool MoveNext()
        {
            var moved = parser.MoveNext();
            _depth += moved ? parser.Current!.NestingIncrease : 0;
            return _depth <= Deepest ? moved : throw new YamlException("nested too deeply");
        }
    }
}

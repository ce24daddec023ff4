using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>A file of Prometheus rules, as far as the tests look at it.</summary>
internal sealed class RuleFile
{
    public List<RuleGroup> Groups { get; set; } = [];

    /// <summary>All rules of <c>samples/prometheus/rules</c>.</summary>
    public static IReadOnlyList<Rule> All { get; } =
        [.. SampleFiles.Rules.SelectMany(file => Read<RuleFile>(file).Groups).SelectMany(group => group.Rules)];

    public static IEnumerable<Rule> Alerts => All.Where(rule => rule.Alert.Length > 0);

    public static IEnumerable<Rule> Recordings => All.Where(rule => rule.Record.Length > 0);

    public static T Read<T>(string file) => new DeserializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .IgnoreUnmatchedProperties()
        .Build()
        .Deserialize<T>(File.ReadAllText(file));
}

internal sealed class RuleGroup
{
    public string Name { get; set; } = "";

    public List<Rule> Rules { get; set; } = [];
}

/// <summary>Either an alert or a recording rule: one of the two names is empty.</summary>
internal sealed class Rule
{
    public string Alert { get; set; } = "";

    public string Record { get; set; } = "";

    public string Expr { get; set; } = "";

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];

    public override string ToString() => Alert + Record;
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.EndToEnd;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>The rules in a real Prometheus that scrapes real node_exporters and a real program.</summary>
[Category("EndToEnd")]
internal sealed partial class RulesOnPrometheusTests
{
    private readonly CancellationTokenSource _end = new();
    private SandboxCluster _cluster = null!;

    [SetUp]
    public async Task BringUp() => _cluster = await SandboxCluster.StartAsync(
        OwnAddresses.Options(), TimeProvider.System, TestContext.Progress.WriteLine, _end.Token);

    [TearDown]
    public async Task TakeDown()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _end.Dispose();
    }

    [Test]
    public async Task Every_rule_is_evaluated_without_a_fault_and_finds_the_metrics_it_asks_for()
    {
        foreach (var recording in RuleFile.Recordings)
            await HasSeries(recording.Record);

        // A name that nobody exposes would make an alert that never fires.
        foreach (var metric in RuleFile.Alerts.SelectMany(MetricsOf).Distinct())
            await HasSeries(metric);

        // A share is one: whatever the real counters do, it stays within 0 and 1.
        foreach (var share in RuleFile.Recordings.Where(rule => Share().IsMatch(rule.Record)))
            (await _cluster.Prometheus.QueryAsync(share.Record, _end.Token)).Should().OnlyContain(sample => sample.Value >= 0 && sample.Value <= 1.001, share.Record);

        var rules = await RulesAsync();
        rules.Should().HaveSameCount(RuleFile.All);
        rules.Should().OnlyContain(rule => rule["health"]!.GetValue<string>() == "ok");

        // The machine that tests may be as busy as it likes. That the targets are not those of the cluster is another matter.
        string[] quiet =
        [
            "NodeDown", "PodDown", "NoNodes", "DiscoveryDown", "DiscoveryNotSynced", "TargetsNotScraped",
            "TargetFileReadErrors", "TargetFileMissing", "TargetFileNotWritten", "TargetFileNotSeen", "TargetFileStale",
            "TargetFilesUnverified", "DiscoveryHoldsTargets", "TargetFileFought", "AuditTrailLosesLines", "PrometheusLacksTargets",
        ];
        await Eventually.Holds(
            async () => (await RulesAsync()).Where(rule => quiet.Contains(Name(rule))).All(rule => rule["state"]!.GetValue<string>() == "inactive"),
            "the alerts on targets and their discovery are inactive");
    }

    private Task HasSeries(string query) => Eventually.Holds(
        async () => (await _cluster.Prometheus.QueryAsync(query, _end.Token)).Count > 0, $"{query} yields a series");

    private async Task<List<JsonNode>> RulesAsync()
    {
        using var http = new HttpClient();
        var answer = JsonNode.Parse(await http.GetStringAsync(new Uri(_cluster.Prometheus.Server, "/api/v1/rules"), _end.Token))!;
        return [.. answer["data"]!["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!)];
    }

    private static string Name(JsonNode rule) => rule["name"]!.GetValue<string>();

    private static IEnumerable<string> MetricsOf(Rule alert) => Metric().Matches(Quoted().Replace(alert.Expr, "\"\"")).Select(name => name.Value);

    [GeneratedRegex(@"\b(?:(?:node|prometheus|app|minik8s_filesd)_\w+|\w+:[\w:]+|up)\b")]
    private static partial Regex Metric();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("_utilisation:|_steal:")]
    private static partial Regex Share();
}

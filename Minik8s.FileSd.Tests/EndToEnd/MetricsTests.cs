using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Samples;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>A real scrape against docs/metrics.md, both ways, and before Prometheus' own judge.</summary>
internal sealed partial class MetricsTests
{
    [Test]
    public async Task Every_metric_stands_in_the_documentation_with_its_type_and_labels_and_no_other_does()
    {
        var (text, _) = await ScrapeAsync();
        var scrape = new Scrape(text);
        var scraped = scrape.Types.Select(type => $"{type.Key} {type.Value} {Labels(scrape, type.Key)}");
        var documented = (await File.ReadAllLinesAsync(SampleFiles.Metrics))
            .Select(line => RowPattern().Match(line)).Where(row => row.Success)
            .Select(row => $"{row.Groups["name"]} {row.Groups["type"]} {row.Groups["labels"].Value.Replace("`", "")}");
        scraped.Should().BeEquivalentTo(documented);
    }

    [Test]
    public async Task Every_reason_and_every_verdict_stands_in_the_documentation()
    {
        var text = await File.ReadAllTextAsync(SampleFiles.Metrics);
        foreach (var value in Enum.GetValues<FileSd.Cluster.FaultReason>().Select(reason => Telemetry.SnakeCase.Of(reason))
            .Concat(Enum.GetValues<FileSd.Cluster.ListReason>().Select(reason => Telemetry.SnakeCase.Of(reason)))
            .Concat(Enum.GetValues<FileSd.Targets.Reason>().Select(reason => Telemetry.SnakeCase.Of(reason))))
        {
            text.Should().Contain($"`{value}`");
        }
    }

    [Test]
    public async Task Promtool_has_nothing_to_say_against_them()
    {
        var (text, folder) = await ScrapeAsync();
        using (folder)
        {
            await File.WriteAllTextAsync(folder["metrics"], text);
            (await Executable.RunAsync("bash", ["-c", "promtool check metrics <\"$1\"", "bash", folder["metrics"]]))
                .Should().Be(new Finished(0, "", ""));
        }
    }

    private static async Task<(string Text, TempFolder Folder)> ScrapeAsync()
    {
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p", "127.0.2.1");
        await using var prometheus = await PlainServer.StartAsync();
        prometheus.Answer = context => PlainServer.Json(context, Fixture.Bytes("prometheus/targets.json"));
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag, "--prometheus.url", $"{prometheus.Uri}");
        await web.UntilReady();
        await daemon.UntilLogged(504, times: 2);
        return ((await web.GetAsync("/metrics")).Text, new TempFolder());
    }

    private static string Labels(Scrape scrape, string metric) => string.Join(", ", scrape.Series
        .Select(series => scrape.Types[metric] == "histogram" ? series.Replace($"{metric}_sum", metric) : series)
        .Where(series => series == metric || series.StartsWith($"{metric}{{", StringComparison.Ordinal))
        .Select(series => string.Join(", ", LabelPattern().Matches(series).Select(label => label.Groups[1].Value)))
        .Distinct().Should().ContainSingle().Subject);

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9_]+)` \| (?<type>[a-z]+) \| (?<labels>[a-z`, ]*?) ?\|")]
    private static partial Regex RowPattern();

    [GeneratedRegex("([a-z_]+)=\"")]
    private static partial Regex LabelPattern();
}

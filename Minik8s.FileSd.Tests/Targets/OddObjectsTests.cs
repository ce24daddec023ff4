using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using CsCheck;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.EndToEnd;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>Whatever objects hold, Prometheus takes the file.</summary>
internal sealed partial class OddObjectsTests
{
    private static readonly LabelRules[] AllRules =
    [
        LabelRules.Standard,
        new(MetaLabels.None, new HashSet<string>(), [new("cluster", "prod")], false),
        new(MetaLabels.Full, new HashSet<string> { "kubectl.kubernetes.io/last-applied-configuration" }, [], true),
        new(MetaLabels.Standard, new HashSet<string> { "a.b", "a_b" }, [new("cluster", "\u00e9")], true),
        LabelRules.Standard with { Meta = MetaLabels.Full, NodeMetadata = true, Limits = new(MetadataBytes: 300, PodTargets: 2) },
    ];

    [Test]
    public void Every_group_is_one_that_Prometheus_accepts() => Gen.Int[0, int.MaxValue - 1].Sample(
        seed =>
        {
            foreach (var rules in AllRules)
            {
                var (nodes, pods) = Render(new OddObjects(seed), rules, 4);
                Check(nodes);
                Check(pods);
                var (again, podsAgain) = Render(new OddObjects(seed), rules, 4);
                again.Text().Should().Be(nodes.Text());
                podsAgain.Text().Should().Be(pods.Text());
            }
        },
        iter: 2_000);

    [Test]
    public void Every_object_has_exactly_one_verdict() => Gen.Int[0, int.MaxValue - 1].Sample(
        seed =>
        {
            var (nodes, pods) = Render(new OddObjects(seed), LabelRules.Standard, 10);
            foreach (var content in new[] { nodes, pods })
            {
                var counts = content.Verdicts;
                (counts.Targets + Enum.GetValues<Reason>().Sum(counts.Of)).Should().Be(content.Objects);
                counts.Of(Reason.ObjectUnreadable).Should().Be(0, "what can be decoded can be judged");
            }
        },
        iter: 1_000);

    /// <summary>Nothing leaves this machine: scrapes are a century apart, and go by a proxy on it that is not there.</summary>
    [Test]
    [Category("EndToEnd")]
    public async Task A_real_Prometheus_takes_a_file_of_5_000_odd_groups()
    {
        using var folder = new TempFolder();
        var content = Render(new OddObjects(1), AllRules[2], 20_000).Pods;
        content.Count.Should().BeGreaterThan(5_000);
        await File.WriteAllBytesAsync(folder["pods.json"], content.Bytes());
        await File.WriteAllTextAsync(folder["prometheus.yml"], """
            scrape_configs:
              - job_name: odd
                scrape_interval: 100y
                proxy_url: http://127.0.0.1:1
                file_sd_configs: [{files: [pods.json]}]
            """);
        var address = OwnAddresses.Free("127.0.0.1");
        using var prometheus = Process.Start(new ProcessStartInfo("prometheus",
        [
            $"--config.file={folder["prometheus.yml"]}", $"--storage.tsdb.path={folder["data"]}", $"--web.listen-address={address}",
        ])
        { RedirectStandardError = true })!;
        prometheus.ErrorDataReceived += (_, _) => { };
        prometheus.BeginErrorReadLine();
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{address}") };
            await Eventually.Holds(
                async () => await Metric(http, "prometheus_sd_discovered_targets{config=\"odd\",name=\"scrape\"}") == content.Count, "all are discovered");
            await Eventually.Holds(async () => await Metric(http, "prometheus_target_sync_length_seconds_count{scrape_job=\"odd\"}") >= 1, "all are taken over");
            (await Metric(http, "prometheus_sd_file_read_errors_total")).Should().Be(0);
            (await Metric(http, "prometheus_target_sync_failed_total{scrape_job=\"odd\"}") ?? 0).Should().Be(0);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
        }
    }

    private static async Task<double?> Metric(HttpClient http, string series)
    {
        try
        {
            return new Scrape(await http.GetStringAsync("/metrics")).Value(series);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static (FileContent Nodes, FileContent Pods) Render(OddObjects objects, LabelRules rules, int number, bool joined = false)
    {
        var nodes = Listed(number, objects.Node, ClusterJson.Default.Node, new NodeProjection(9100, false, rules).Project);
        var pods = Listed(number, objects.Pod, ClusterJson.Default.Pod, new PodProjection("prometheus", false, rules).Project);
        return (new FileContent([nodes]), new FileContent([pods], joined || rules.NodeMetadata ? nodes : null));
    }

    private static TargetSet Listed<T>(int number, Func<JsonObject> make, JsonTypeInfo<T> type, Func<T, Verdict> project)
        where T : class, IResource =>
        Contents.Listed(Enumerable.Range(0, number)
            .Select(_ => JsonSerializer.Deserialize(make().ToJsonString(), type)!)
            .Select(item => (item.Metadata.Key, Verdict.Total(project)(item))));

    [Test]
    public void Every_line_of_a_file_passes_the_daemon_s_own_check() => Gen.Int[0, int.MaxValue - 1].Sample(
        seed =>
        {
            foreach (var rules in AllRules)
            {
                var (nodes, pods) = Render(new OddObjects(seed), rules, 4, joined: true);
                foreach (var content in new[] { nodes, pods })
                {
                    content.Verdicts.Of(RemarkKind.GroupInvalid).Should().Be(0);
                    var lines = content.Text().Split('\n').Where(line => line.StartsWith('{')).Select(line => line.TrimEnd(',')).ToList();
                    lines.Should().HaveCount(content.Count);
                    foreach (var line in lines)
                        GroupCheck.Fault(Encoding.UTF8.GetBytes(line)).Should().BeNull(line);
                }
            }
        },
        iter: 2_000);

    /// <summary>Prometheus' rules, and those it leaves to others: it takes <c>a:notaport</c> for an address.</summary>
    private static void Check(FileContent content)
    {
        var groups = JsonElement.Parse(content.Text()).EnumerateArray().ToList();
        groups.Should().HaveCount(content.Count);
        foreach (var group in groups)
        {
            group.EnumerateObject().Select(member => member.Name).Should().Equal("targets", "labels");
            var address = group.GetProperty("targets").EnumerateArray().Single().GetString()!;
            var colon = address.LastIndexOf(':');
            int.Parse(address[(colon + 1)..]).Should().BeInRange(1, 65535);
            var host = address[..colon];
            (host.StartsWith('[') ? IPAddress.TryParse(host, out _) && host.EndsWith(']') : Host().IsMatch(host)).Should().BeTrue(address);

            var labels = group.GetProperty("labels").EnumerateObject().ToList();
            labels.Select(label => label.Name).Should().OnlyHaveUniqueItems();

            // The name of a node that is found by its address stands with the node's other labels.
            labels.Select(label => label.Name).Where(name => name != "node").Should().BeInAscendingOrder(StringComparer.Ordinal);
            labels.Should().OnlyContain(label => Name().IsMatch(label.Name) && label.Value.GetString()!.Length > 0);
            var values = labels.ToDictionary(label => label.Name, label => label.Value.GetString()!);
            values.GetValueOrDefault("__scheme__", "http").Should().BeOneOf("http", "https");
            values.GetValueOrDefault("__metrics_path__", "/").Should().StartWith("/");
            var interval = Duration(values.GetValueOrDefault("__scrape_interval__", "290y"));
            Duration(values.GetValueOrDefault("__scrape_timeout__", "10s")).Should().BeLessThanOrEqualTo(interval);
        }

        static TimeSpan Duration(string text)
        {
            PrometheusDuration.TryParse(text, out var duration).Should().BeTrue(text);
            duration.Should().BePositive();
            return duration;
        }
    }

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-zA-Z0-9._-]+\z")]
    private static partial Regex Host();
}

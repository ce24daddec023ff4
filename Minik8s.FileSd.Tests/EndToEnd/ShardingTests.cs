using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Samples;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Processes;
using Minik8s.Sandbox.Prometheus;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>Daemons of all shards of a cluster, beside what a real Prometheus makes of the whole by its own rules.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed partial class ShardingTests
{
    private const int Count = 3;

    [Test]
    public async Task A_real_Prometheus_keeps_of_the_whole_by_the_rule_of_the_document_what_each_shard_has()
    {
        await using var cluster = await ClusterAsync();
        using var folder = new TempFolder();
        await Task.WhenAll([OnceAsync(cluster, folder["all"]), .. Enumerable.Range(0, Count).Select(i => OnceAsync(cluster, folder[$"{i}"], $"--shard={i}/{Count}"))]);

        var expected = new Dictionary<string, string[]>();
        foreach (var file in (string[])["nodes", "pods"])
        {
            for (var i = 0; i < Count; i++)
                expected[$"{file}-{i}"] = [.. TestCluster.Targets(folder[$"{i}/{file}.json"])!.Order(StringComparer.Ordinal)];
            var lines = Enumerable.Range(0, Count).SelectMany(i => Lines(folder[$"{i}/{file}.json"]).Select(line => line.Replace($"\"{Shard.Label}\":\"{i}\",", "")));
            lines.Should().BeEquivalentTo(Lines(folder[$"all/{file}.json"]), "the shards are the whole, and none has what another has");
            Lines(folder[$"all/{file}.json"]).Should().NotContain(line => line.Contains(Shard.Label));
        }

        expected.Values.Should().OnlyContain(addresses => addresses.Length > 0);
        expected.Values.SelectMany(addresses => addresses).Should().Contain(address => address.StartsWith('['));

        var address = OwnAddresses.Options().Prometheus;
        using var launcher = new Launcher(folder["logs"]);
        using var prometheus = new PrometheusClient(address);
        await File.WriteAllTextAsync(folder["prometheus.yml"], $"global: {{scrape_interval: 10m}}\nscrape_configs:\n{string.Concat(expected.Keys.Select(job => Job(job, folder["all"])))}");
        await using var process = await launcher.StartAsync(new ProgramStart(
            "prometheus",
            Programs.OnPath("prometheus") ?? throw new AssertionException("There is no Prometheus on the PATH; samples/debian-packages.sh prometheus installs it."),
            $"--config.file={folder["prometheus.yml"]}", $"--storage.tsdb.path={folder["data"]}", $"--web.listen-address={address}"));
        await process.ReadyAsync(prometheus.IsReadyAsync, TimeProvider.System, CancellationToken.None);

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        ILookup<string, string>? kept = null;
        await Eventually.Holds(
            async () =>
            {
                var answer = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://{address}/api/v1/targets")))!["data"]!;
                kept = answer["activeTargets"]!.AsArray().ToLookup(target => (string)target!["scrapePool"]!, target => (string)target!["discoveredLabels"]!["__address__"]!);

                // Each of the jobs has each target, and keeps or drops it.
                return kept.Sum(job => job.Count()) + answer["droppedTargets"]!.AsArray().Count == Count * expected.Values.Sum(addresses => addresses.Length);
            },
            "Prometheus has read the files");
        foreach (var (job, addresses) in expected)
            kept![job].Order(StringComparer.Ordinal).Should().Equal(addresses, job);
    }

    [Test]
    public async Task A_daemon_says_everywhere_what_the_other_shards_have()
    {
        await using var cluster = await ClusterAsync();
        using var web = new EndpointClient();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag, $"--shard=1/{Count}", "--audit.file", $"{cluster.Folder}.audit");
        try
        {
            await web.UntilReady();
            daemon.Logged(112, $"shard 1 of {Count}").Should().Be(1);
            var pods = TestCluster.Targets(cluster.PodsFile)!;
            (await web.GetAsync("/sd/pods")).Text.Should().Be(await File.ReadAllTextAsync(cluster.PodsFile));
            var scrape = await web.ScrapeAsync();
            scrape["file_targets{file=\"pods.json\"}"].Should().Be(pods.Length);
            scrape["objects{resource=\"pods\",verdict=\"target\"}"].Should().Be(pods.Length);
            scrape["objects{resource=\"pods\",verdict=\"other_shard\"}"].Should().Be(20 - pods.Length);
            ((string?)JsonNode.Parse((await web.GetAsync("/api/status")).Text)!["shard"]).Should().Be($"1/{Count}");
            (await web.GetAsync("/")).Text.Should().Contain($"shard 1/{Count}").And.Contain("verdict=other_shard");
            var others = JsonNode.Parse((await web.GetAsync("/api/objects?kind=pods&verdict=other_shard")).Text)!["objects"]!.AsArray();
            others.Should().HaveCount(20 - pods.Length);

            var other = (string)others[0]!["name"]!;
            var (code, output, errors) = await CommandRun.Of("explain", "pod", $"default/{other}", $"--web.listen-address={web.Address}");
            code.Should().Be(1, errors);
            output.Should().MatchRegex($@"\Apod default/{other} is not a target: \S+:2112 is in shard [02] of {Count}, and this is shard 1\n");
            (await CommandRun.Of("check", "--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder, web.Flag, $"--shard=1/{Count}")).Output
                .Should().Contain($"which give {pods.Length} targets of shard 1 of {Count}");
            await Eventually.Holds(
                () => File.Exists($"{cluster.Folder}.audit") && File.ReadLines($"{cluster.Folder}.audit").Any(line => (int?)JsonNode.Parse(line)!["targets"] == pods.Length),
                "the audit trail tells the targets of this shard");
        }
        finally
        {
            File.Delete($"{cluster.Folder}.audit");
        }
    }

    [Test]
    public async Task What_another_sharding_has_left_in_the_file_is_neither_held_nor_mourned()
    {
        await using var cluster = await ClusterAsync();
        await OnceAsync(cluster, cluster.Folder, "--shard=0/2");
        var before = TestCluster.Targets(cluster.PodsFile)!;
        before.Should().HaveCountGreaterThan(5, "the guard would doubt that they go");
        foreach (var pod in Pods().Where(pod => before.Contains(HostAddress.Join(pod.Address, 2112))))
            cluster.DeletePod(pod.Name);
        await using var daemon = await OnceAsync(cluster, cluster.Folder, "--shard=1/2");
        daemon.Logged(407, $"{before.Length} targets").Should().Be(1);
        daemon.Logged(408, $"{before.Length} of the targets").Should().Be(1);
        daemon.Logged(212).Should().Be(0, "no list is doubted for what the settings have taken away");
        TestCluster.Targets(cluster.PodsFile).Should().BeEquivalentTo(Pods().Select(pod => HostAddress.Join(pod.Address, 2112)).Except(before));
    }

    [Test]
    public async Task Diff_and_shard_plan_say_beforehand_what_another_sharding_does()
    {
        await using var cluster = await ClusterAsync();
        using var folder = new TempFolder();
        await using var whole = await OnceAsync(cluster, folder["all"]);
        string[] settings = ["--api.server", cluster.Server.Uri.ToString(), "--web.listen-address="];
        var diff = JsonNode.Parse((await CommandRun.Of(["diff", "--output=json", "--targets.dir", folder["all"], "--shard=0/2", .. settings])).Output)!["files"]![1]!;
        var goes = diff["removed"]!.AsArray().Select(target => (string)target!["address"]!).ToList();
        goes.Should().BeEquivalentTo(Pods().Select(pod => HostAddress.Join(pod.Address, 2112)).Where(address => Shard.Of(address, 2) == 1));
        diff["relabelled"]!.AsArray().Should().HaveCount(20 - goes.Count).And.OnlyContain(target => (string?)target!["effect"] == "relabelling");

        var gone = Pods().First(pod => goes.Contains(HostAddress.Join(pod.Address, 2112)));
        (await CommandRun.Of(["explain", "pod", $"default/{gone.Name}", "--targets.dir", folder["all"], "--shard=0/2", .. settings])).Output
            .Should().Contain("is in shard 1 of 2, and this is shard 0").And.Contain($"pods.json still has {HostAddress.Join(gone.Address, 2112)}");

        // It is asked of the cluster, whatever part of it is in the files and whichever shard the settings name.
        var plan = await CommandRun.Of(["shard-plan", "--from=1", "--to", "2", "--output=json", "--targets.dir", folder["none"], "--shard=1/2", .. settings]);
        plan.Code.Should().Be(0, plan.Errors);
        var said = JsonNode.Parse(plan.Output)!;
        (((int)said["nodes"]!), ((int)said["pods"]!)).Should().Be((8, 20));
        var nodesOfOne = TestCluster.Targets(folder["all/nodes.json"])!.Count(address => Shard.Of(address, 2) == 1);
        ((int)said["moving"]!).Should().Be(goes.Count + nodesOfOne);
        ((int)said["shards"]![1]!["after"]!).Should().Be(goes.Count + nodesOfOne);
        Directory.Exists(folder["none"]).Should().BeFalse();

        await cluster.Server.DisposeAsync();
        var away = await CommandRun.Of(["shard-plan", "--from=1", "--to", "2", .. settings]);
        (away.Code, away.Output).Should().Be((2, ""));
        away.Errors.Should().StartWith("minik8s-filesd: ").And.Contain("Connection refused");
    }

    private static async Task<TestCluster> ClusterAsync()
    {
        var cluster = await TestCluster.StartAsync();
        for (var i = 1; i <= 8; i++)
            cluster.AddNode($"worker-{i}", i % 2 == 0 ? $"10.0.0.{i}" : $"fd00::{i}");
        foreach (var (name, address) in Pods())
            cluster.AddPod(name, address);
        return cluster;
    }

    private static IEnumerable<(string Name, string Address)> Pods() =>
        Enumerable.Range(1, 20).Select(i => ($"p{i:00}", i % 2 == 0 ? $"10.244.1.{i}" : $"fd00:1::{i:x}"));

    private static async Task<Daemon> OnceAsync(TestCluster cluster, string folder, params string[] more)
    {
        var daemon = Daemon.Follow(cluster.Server.Uri, folder, ["--once", .. more]);
        (await daemon.ExitCode()).Should().Be(0, string.Join('\n', daemon.Lines));
        return daemon;
    }

    /// <summary>Target groups, without the comma that stands between them.</summary>
    private static List<string> Lines(string file) => [.. File.ReadLines(file).Where(line => line.StartsWith('{')).Select(line => line.TrimEnd(','))];

    /// <summary>A job for one file and one shard, by the rule that docs/sharding.md gives for shard 0 of 3.</summary>
    private static string Job(string name, string folder)
    {
        var (file, shard) = (name[..name.IndexOf('-')], name[(name.IndexOf('-') + 1)..]);
        var rule = Rule().Match(File.ReadAllText(SampleFiles.Sample("../docs/sharding.md"))).Groups["rule"].Value;
        rule.Should().Contain($"modulus: {Count}").And.Contain("regex: \"0\"");
        return $"  - job_name: {name}\n    file_sd_configs: [{{files: ['{folder}/{file}.json']}}]\n{rule.Replace("regex: \"0\"", $"regex: \"{shard}\"")}";
    }

    [GeneratedRegex("(?<rule>    relabel_configs:\n(      .*\n)+)")]
    private static partial Regex Rule();
}

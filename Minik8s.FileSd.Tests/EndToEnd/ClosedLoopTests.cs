using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>What no writer of files can see, and a daemon that asks a real Prometheus does.</summary>
[Category("EndToEnd")]
[Parallelizable(ParallelScope.Children)]
internal sealed class ClosedLoopTests
{
    private const int Unreachable = 500;
    private const int Answers = 501;
    private const int Lacks = 502;
    private const int HasAll = 503;
    private const int Compared = 504;

    /// <summary>0700.</summary>
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Test]
    public async Task All_is_well_and_each_change_arrives_and_nothing_is_diagnosed()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var prometheus = await ScrapingPrometheus.StartAsync([cluster.NodesFile, cluster.PodsFile]);
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, [.. prometheus.Flags, web.Flag]);
        await daemon.UntilLogged(Compared, Says("pods.json", published: 1, missing: 0));
        await daemon.UntilLogged(Compared, Says("nodes.json", published: 1, missing: 0));
        cluster.AddPod("q", "127.0.2.2");
        await daemon.UntilLogged(Compared, Says("pods.json", published: 2, missing: 0));
        cluster.DeletePod("p");
        await daemon.UntilLogged(Compared, Says("pods.json", published: 1, missing: 0));

        var scrape = await web.ScrapeAsync();
        scrape["prometheus_up"].Should().Be(1);
        foreach (var file in new[] { "nodes.json", "pods.json" })
        {
            scrape[$"prometheus_missing_targets{{file=\"{file}\"}}"].Should().Be(0);
            scrape[$"prometheus_extra_targets{{file=\"{file}\"}}"].Should().Be(0);
            scrape[$"prometheus_lag_seconds{{file=\"{file}\"}}"].Should().Be(0);
        }

        daemon.Logged(Unreachable).Should().Be(0);
        daemon.Logged(Lacks).Should().Be(0);

        // The whole way of a pod, as the running daemon knows it.
        var explained = await CommandRun.Of("explain", "pod", "q", web.Flag);
        explained.Code.Should().Be(0, explained.Errors);
        explained.Output.Should().StartWith("pod default/q is a target, 127.0.2.2:2112").And.Contain("Prometheus has 127.0.2.2:2112").And.EndWith($"From the running daemon at http://{web.Address}/, by its own settings; with --web.listen-address= those given here count.\n");
    }

    [Test]
    public async Task A_glob_that_does_not_match()
    {
        await using var cluster = await Cluster();
        await using var prometheus = await ScrapingPrometheus.StartAsync([cluster.NodesFile, $"{cluster.Folder}/*pod.json"]);
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, prometheus.Flags);
        await daemon.UntilLogged(Lacks, "No files: pattern of Prometheus matches pods.json");
        daemon.Lines.Should().Contain(line => line.Contains($"it reads {cluster.NodesFile}, {cluster.Folder}/*pod.json"));
        daemon.Logged(Lacks).Should().Be(1, "it is told once, and of this file alone");

        // So does a command, which was not there when the file was published.
        var check = await CommandRun.Of(["check", "--api.server", $"{cluster.Server.Uri}", "--targets.dir", cluster.Folder, "--web.listen-address=", .. prometheus.Flags]);
        check.Code.Should().Be(1, check.Errors);
        check.Output.Should().MatchRegex("prometheus +nodes.json: (it has the one target|0 of 1 target missing)").And.Contain("No files: pattern of Prometheus matches pods.json");
    }

    [Test]
    public async Task A_single_file_that_is_mounted_and_stays_the_old_one()
    {
        string[] apart = ["--map-root-user", "--mount"];
        using var seen = new TempFolder();
        var tried = await Executable.RunAsync("unshare", [.. apart, "mount", "--bind", seen.Path, seen.Path]);
        if (tried.Code != 0)
            Assert.Ignore($"nothing can be mounted here, in a namespace of its own: {tried.Error.Trim()}");
        await using var cluster = await Cluster();
        await File.WriteAllTextAsync(seen["pods.json"], "");
        await using (var once = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--once"))
            (await once.ExitCode()).Should().Be(0);

        // As with `docker run -v …/pods.json:…/pods.json`.
        await using var prometheus = await ScrapingPrometheus.StartAsync(
            [cluster.NodesFile, seen["*.json"]],
            ["unshare", .. apart, "bash", "-c", $"mount --bind {cluster.PodsFile} {seen["pods.json"]} && exec \"$@\"", "bash"]);
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, prometheus.Flags);
        await daemon.UntilLogged(Compared, Says("pods.json", published: 1, missing: 0));
        daemon.Logged(Lacks).Should().Be(0, "until it is replaced, the file is the same");
        cluster.AddPod("q", "127.0.2.2");
        await daemon.UntilLogged(Lacks, "pods.json: Prometheus lacks 1 of 2 targets");
        await daemon.UntilLogged(Compared, "most likely the single file is mounted");
        daemon.Logged(Lacks).Should().Be(1, "it is told once, and of this file alone");
    }

    [Test]
    public async Task A_folder_that_Prometheus_may_not_look_into_and_then_may()
    {
        var nobody = await ScrapingPrometheus.AsNobody();
        await using var cluster = await Cluster();
        File.SetUnixFileMode(cluster.Folder, Closed);
        await using var prometheus = await ScrapingPrometheus.StartAsync([cluster.NodesFile, cluster.PodsFile], nobody);
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, prometheus.Flags);
        await daemon.UntilLogged(Lacks, $"pods.json: Prometheus has nothing from pods.json, and the folder {cluster.Folder} has the mode 0700");
        await daemon.UntilLogged(Lacks, "nodes.json: Prometheus has nothing");

        File.SetUnixFileMode(cluster.Folder, Closed | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await daemon.UntilLogged(HasAll, times: 2);
        daemon.Logged(Lacks).Should().Be(2, string.Join("\n", daemon.Lines.Where(line => line.Contains("\"EventId\":50"))));
    }

    /// <summary>The daemon mends a mode within a second or two, where it can: here the disk takes no more writes.</summary>
    [Test]
    public async Task A_file_of_mode_0600()
    {
        var nobody = await ScrapingPrometheus.AsNobody();
        await using var cluster = await Cluster();
        File.SetUnixFileMode(cluster.Folder, Closed | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var tried = await Executable.RunAsync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", cluster.Folder]);
        if (tried.Code != 0)
            Assert.Ignore($"a file system cannot be mounted here, in a namespace of its own: {tried.Error.Trim()}");
        await using var prometheus = ScrapingPrometheus.Prepare();
        await using var daemon = Daemon.RunInShell(
            $"exec unshare --mount bash -c 'mount -t tmpfs -o mode=755 tmpfs {cluster.Folder} && exec \"$@\"' bash \"$@\"",
            ["--api.server", $"{cluster.Server.Uri}", "--targets.dir", cluster.Folder, "--log.level", "debug", "--log.format", "json", .. prometheus.Flags]);
        await TestCluster.UntilTargets($"/proc/{daemon.Id}/root{cluster.NodesFile}", "127.0.1.1:9100");
        await TestCluster.UntilTargets($"/proc/{daemon.Id}/root{cluster.PodsFile}", "127.0.2.1:2112");
        string[] there = ["nsenter", "--target", $"{daemon.Id}", "--mount"];
        var broken = await Executable.RunAsync(
            there[0], [.. there[1..], "bash", "-c", $"cd / && chmod 0600 {cluster.PodsFile} && mount -o remount,ro {cluster.Folder}"]);
        broken.Code.Should().Be(0, broken.Error);
        await prometheus.RunAsync([cluster.NodesFile, cluster.PodsFile], [.. there, .. nobody]);
        await daemon.UntilLogged(Lacks, $"pods.json: Prometheus has nothing from pods.json, and {cluster.PodsFile} has the mode 0600");
        await daemon.UntilLogged(Compared, Says("nodes.json", published: 1, missing: 0));
        daemon.Logged(Lacks).Should().Be(1, "it is told once, and of this file alone");
    }

    [Test]
    public async Task A_scrape_that_fails()
    {
        await using var cluster = await Cluster();
        await using var prometheus = await ScrapingPrometheus.StartAsync([cluster.NodesFile, cluster.PodsFile]);
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, prometheus.Flags);
        await daemon.UntilLogged(Compared, "connect: connection refused (nothing listens there");
        daemon.Lines.Should().Contain(line => line.Contains("1 of 1 targets cannot be scraped, such as 127.0.2.1:2112: Get"));
        daemon.Logged(Lacks).Should().Be(0, "Prometheus has the target");
    }

    [Test]
    public async Task A_Prometheus_that_goes_away_is_told_once_and_when_it_is_back_and_the_daemon_is_ready_all_the_while()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var prometheus = await PlainServer.StartAsync();
        prometheus.Answer = Tells(cluster);
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, [web.Flag, "--prometheus.url", $"{prometheus.Uri}", "--prometheus.interval=1s"]);
        await daemon.UntilLogged(Compared, Says("pods.json", published: 1, missing: 0));
        prometheus.Answer = PlainServer.NotFound;
        await daemon.UntilLogged(Unreachable, "it answered 404 to /api/v1/targets");
        var scrape = await web.ScrapeAsync();
        scrape["prometheus_up"].Should().Be(0);
        scrape["prometheus_missing_targets{file=\"pods.json\"}"].Should().BeNull("it is not known");
        (await web.ReadinessAsync()).Should().Equal("ready");
        prometheus.Answer = Tells(cluster);
        await daemon.UntilLogged(Answers, times: 2);
        daemon.Logged(Unreachable).Should().Be(1);
        await Eventually.Holds(async () => (await web.ScrapeAsync())["prometheus_up"] == 1, "it is up again");
    }

    private static IEnumerable<TestCaseData> Hostilities()
    {
        const string begin = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"status\":\"success\",\"data\":{\"activeTargets\":[";
        const string target = """{"discoveredLabels":{"__address__":"a:1","__meta_filepath":"/t/pods.json"},"lastError":"ERROR","health":"down"}""";
        yield return Hostile("targets without an end", "tells more than 100000 targets", async request =>
        {
            await request.SendAsync(begin + target);
            await request.FloodAsync("," + target.Replace("ERROR", new string('x', 400)));
        });
        yield return Hostile("a text without an end", "tells a target of more than 1 MiB", async request =>
        {
            await request.SendAsync(begin + "{\"lastError\":\"");
            await request.FloodAsync("x");
        });
        yield return Hostile("silence", null, request => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.Stop));
        yield return Hostile("no HTTP", "headers length exceeded", request => request.FloodAsync("x"));
    }

    [TestCaseSource(nameof(Hostilities))]
    public async Task A_Prometheus_that_is_hostile(Func<RawServer.Request, Task> answer, string? words)
    {
        const long mostMemory = 300L << 20;
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var prometheus = new RawServer(answer);
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, [web.Flag, "--prometheus.url", $"{prometheus.Uri}", "--prometheus.interval=1s"]);
        if (words is not null)
            await daemon.UntilLogged(Unreachable, words);
        await web.UntilReady();
        await Eventually.Holds(async () => (await web.ScrapeAsync())["prometheus_check_failures_total"] > 0, "it is given up");
        cluster.AddPod("q", "127.0.2.2");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
        await web.UntilReady();
        daemon.PeakMemory.Should().BeLessThan(mostMemory);
        await daemon.Signal("TERM");
        (await daemon.ExitCode()).Should().Be(0);
    }

    [Test]
    public async Task A_Prometheus_that_lies_is_told_and_changes_no_file()
    {
        await using var cluster = await Cluster();
        await using var prometheus = await PlainServer.StartAsync();
        prometheus.Answer = Tells(cluster, "10.9.9.9:1");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, ["--prometheus.url", $"{prometheus.Uri}", "--prometheus.interval=1s"]);
        await daemon.UntilLogged(Compared);
        var before = cluster.Stamp();
        await daemon.UntilLogged(Compared, "pods.json beside Prometheus: 1 published, 1 missing, 1 extra", times: 3);
        cluster.Stamp().Should().Be(before);
    }

    [Test]
    public async Task A_password_in_the_address_is_shown_nowhere()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var prometheus = await PlainServer.StartAsync();
        await using var daemon = Daemon.Follow(
            cluster.Server.Uri, cluster.Folder, [web.Flag, "--prometheus.url", $"http://me:s3cr3t@{prometheus.Uri.Authority}/", "--prometheus.interval=1s"]);
        await daemon.UntilLogged(Unreachable, $"Cannot ask Prometheus at {prometheus.Uri}: ");
        prometheus.Answer = Tells(cluster);
        await daemon.UntilLogged(Compared);
        string.Join('\n', daemon.Lines).Should().NotContainAny("s3cr3t", "me:");
        (await web.GetAsync("/metrics")).Text.Should().NotContain("s3cr3t");
    }

    /// <summary>As Prometheus does, so far as it is asked of it.</summary>
    private static RequestDelegate Tells(TestCluster cluster, string pod = "127.0.2.1:2112") => context => context.Request.Path != "/api/v1/targets"
        ? PlainServer.NotFound(context)
        : context.Response.WriteAsJsonAsync(new
        {
            status = "success",
            data = new { activeTargets = new[] { (File: cluster.NodesFile, Address: "127.0.1.1:9100"), (File: cluster.PodsFile, Address: pod) }.Select(Told) },
        });

    private static object Told((string File, string Address) target) => new
    {
        discoveredLabels = new Dictionary<string, string> { ["__address__"] = target.Address, ["__meta_filepath"] = target.File },
        health = "up",
    };

    /// <param name="words">With which it is told; null where that would take long.</param>
    private static TestCaseData Hostile(string name, string? words, Func<RawServer.Request, Task> answer) => new TestCaseData(answer, words).SetArgDisplayNames(name);

    /// <summary>Of the message of event 504.</summary>
    private static string Says(string file, int published, int missing) => $"{file} beside Prometheus: {published} published, {missing} missing, 0 extra";

    private static async Task<TestCluster> Cluster()
    {
        var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p", "127.0.2.1");
        return cluster;
    }
}

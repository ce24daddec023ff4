using System.Text;
using Minik8s.ApiServer.Faults;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>
/// Whatever goes wrong between the daemon and the API server, both files keep their bytes and their time, and what has
/// changed meanwhile is in them once all is well. <c>MINIK8S_FILESD_OUTAGE_SECONDS</c> makes each outage last longer.
/// </summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class OutageTests
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("MINIK8S_FILESD_OUTAGE_SECONDS"), out var seconds) ? seconds : 0);

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Case("500", Fault.Reply.Status(500));
        yield return Case("503 with Retry-After", Fault.Reply.Status(503, retryAfter: "1"));
        yield return Case("429", Fault.Reply.Status(429));
        yield return Case("401", Fault.Reply.Status(401));
        yield return Case("403", Fault.Reply.Status(403));
        yield return Case("404", Fault.Reply.Status(404));
        yield return Case("a redirect", Fault.Reply.Text("", 302));
        yield return Case("garbage", Fault.Reply.Text("\u0001\u0002 no JSON at all"));
        yield return Case("HTML", Fault.Reply.Text("<html><body>Sign in</body></html>", contentType: "text/html"));
        yield return Case("nothing", Fault.Reply.Text(""));
        yield return Case("an error with status 200", Fault.Reply.Text("{\"error\":\"etcd is down\"}"));
        yield return Case("an empty object", Fault.Reply.Text("{}"));
        yield return Case("null", Fault.Reply.Text("null"));
        yield return Case("closed connections", new Fault.Refuse());
        yield return Case("truncated answers", new Fault.Cut(CutEnd.End, AfterBytes: 100));
        yield return Case("answers reset half-way", new Fault.Cut(CutEnd.Reset, AfterBytes: 100));
        yield return Case("garbage in the middle", new Fault.Cut(CutEnd.End, AfterBytes: 40, Insert: Encoding.UTF8.GetBytes("\"}]garbage")));

        static TestCaseData Case(string name, Fault fault) => new TestCaseData(fault).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_server_that_answers_with_a_fault_changes_no_file(object fault)
    {
        await using var cluster = await Cluster();
        await using var daemon = await Following(cluster);
        var before = cluster.Stamp();

        // Nothing can be listed or watched any more, and what was being watched breaks off.
        var nodes = cluster.Server.Faults.Add((Fault)fault, request => request.Resource == "nodes");
        var pods = cluster.Server.Faults.Add((Fault)fault, request => request.Resource == "pods");
        cluster.Server.Faults.ResetConnections();
        cluster.AddPod("new", "127.0.2.9");
        cluster.AddNode("worker-9", "127.0.1.9");
        await Eventually.Holds(() => nodes.Matched >= 3 && pods.Matched >= 3, "three attempts on each kind have failed");
        await Task.Delay(Outage, TimeProvider.System);
        cluster.Stamp().Should().Be(before);

        cluster.Server.Faults.Clear();
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.9:2112", "127.0.2.1:2112");
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100", "127.0.1.9:9100");
        daemon.Logged(204).Should().BeGreaterThan(1, "an outage is told");
        await daemon.UntilLogged(206, "nodes");
        await daemon.UntilLogged(206, "pods");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_server_that_is_killed_changes_no_file_whether_or_not_it_remembers(bool keepState)
    {
        await using var cluster = await Cluster();
        await using var daemon = await Following(cluster);
        var before = cluster.Stamp();

        await cluster.Server.KillAsync();
        await daemon.UntilLogged(205, "nodes", times: 2);
        await daemon.UntilLogged(205, "pods", times: 2);
        await Task.Delay(Outage, TimeProvider.System);
        cluster.Stamp().Should().Be(before);

        if (keepState)
            cluster.AddPod("new", "127.0.2.9");
        await cluster.Server.StartAgainAsync(keepState);
        if (!keepState)
        {
            cluster.AddPod("new", "127.0.2.9");
            cluster.AddPod("p", "127.0.2.1");
        }

        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.9:2112", "127.0.2.1:2112");
    }

    [Test]
    public async Task A_watch_cut_off_in_mid_frame_loses_no_change()
    {
        await using var cluster = await Cluster();
        cluster.Server.Faults.Add(new Fault.Cut(CutEnd.Reset, AfterFrames: 1, AfterBytes: 60), request => request.IsWatch, times: 6);
        await using var daemon = await Following(cluster);
        for (var i = 2; i <= 9; i++)
            cluster.AddPod($"p{i}", $"127.0.2.{i}");
        await TestCluster.UntilTargets(
            cluster.PodsFile, [.. Enumerable.Range(1, 9).Select(i => $"127.0.2.{i}:2112")]);
    }

    [Test]
    public async Task A_version_that_the_server_has_compacted_is_relisted_and_what_was_deleted_meanwhile_is_dropped()
    {
        await using var cluster = await Cluster();
        cluster.AddPod("gone", "127.0.2.3");
        await using var daemon = await Following(cluster, "127.0.2.3:2112", "127.0.2.1:2112");
        var refused = cluster.Server.Faults.Add(new Fault.Refuse());
        cluster.Server.Faults.ResetConnections();
        cluster.DeletePod("gone");
        cluster.AddPod("new", "127.0.2.9");
        cluster.Server.Store.Compact();
        refused.Dispose();
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.9:2112", "127.0.2.1:2112");
    }

    [Test]
    public async Task The_initial_list_does_not_wait_for_the_headers_of_the_watch()
    {
        await using var cluster = await Cluster();
        cluster.Server.Faults.Add(new Fault.HoldHeaders(), request => request.IsWatch);
        await using var daemon = await Following(cluster);
        cluster.AddPod("new", "127.0.2.9");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.9:2112", "127.0.2.1:2112");
    }

    [Test]
    public async Task A_kind_whose_list_does_not_come_holds_up_its_own_file_only()
    {
        await using var cluster = await Cluster();
        var stalled = cluster.Server.Faults.Add(new Fault.Stall(), request => request.Resource == "pods");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100");
        File.Exists(cluster.PodsFile).Should().BeFalse("nothing is written before a whole list");
        stalled.Dispose();
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
    }

    [Test]
    public async Task After_a_restart_the_old_files_stay_until_the_first_whole_list()
    {
        await using var cluster = await Cluster();
        await using (await Following(cluster)) { }
        var before = cluster.Stamp();
        await cluster.Server.StopAsync();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await daemon.UntilLogged(204, "nodes");
        await daemon.UntilLogged(204, "pods");
        cluster.Stamp().Should().Be(before);

        await cluster.Server.StartAgainAsync();
        await daemon.UntilLogged(401, times: 2);
        cluster.Stamp().Should().Be(before, "they say the same already");
    }

    [Test]
    public async Task Under_random_changes_and_random_faults_the_files_end_up_as_the_cluster()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var cluster = await Cluster();
        await using var daemon = await Following(cluster);
        var faults = Faults().Select(data => (Fault)data.Arguments[0]!).Append(new Fault.Cut(CutEnd.Reset, AfterFrames: 2, AfterBytes: 30)).ToArray();
        var pods = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["p"] = "127.0.2.1" };
        for (var step = 0; step < 600; step++)
        {
            var name = $"q{random.Next(20):00}";
            if (pods.Remove(name))
                cluster.DeletePod(name);
            else
                cluster.AddPod(name, pods[name] = $"127.0.{3 + step / 250}.{1 + step % 250}");
            switch (random.Next(30))
            {
                case 0:
                    cluster.Server.Faults.Add(faults[random.Next(faults.Length)], times: 1 + random.Next(2));
                    cluster.Server.Faults.ResetConnections();
                    break;
                case 1:
                    cluster.Server.Store.Compact();
                    break;
                case 2:
                    cluster.Server.Faults.EndWatches();
                    break;
            }

            if (random.Next(5) == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100)), TimeProvider.System);
        }

        cluster.Server.Faults.Clear();
        await TestCluster.UntilTargets(cluster.PodsFile, [.. pods.OrderBy(pod => pod.Key, StringComparer.Ordinal).Select(pod => $"{pod.Value}:2112")]);
    }

    private static async Task<TestCluster> Cluster()
    {
        var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p", "127.0.2.1");
        return cluster;
    }

    private static async Task<Daemon> Following(TestCluster cluster, params string[] pods)
    {
        var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100");
        await TestCluster.UntilTargets(cluster.PodsFile, pods is [] ? ["127.0.2.1:2112"] : pods);
        return daemon;
    }
}

using Minik8s.ApiServer.Faults;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>What a list is merely silent about is gone only when another one agrees; what the server tells is gone at once.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class GuardTests
{
    private const string NoPods = """{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}""";

    [Test]
    public async Task A_first_list_that_is_empty_once_drops_nothing_of_what_an_earlier_run_has_written()
    {
        await using var cluster = await ClusterAsync();
        var before = cluster.Stamp();
        LieOnce(cluster);
        using var endpoint = new EndpointClient();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, endpoint.Flag);
        await endpoint.Until(lines => lines.Any(line => line.Contains("lacks 10 of 10 targets")), "the doubt is told");
        cluster.Stamp().Should().Be(before);
        await daemon.UntilLogged(213, "0 are gone");
        await endpoint.UntilReady();
        cluster.Stamp().Should().Be(before);
        daemon.Logged(407, "10 targets").Should().Be(1);
        daemon.Logged(212).Should().Be(1);
        (await endpoint.ScrapeAsync())["guard_holds_total{resource=\"pods\"}"].Should().Be(1);
    }

    [Test]
    public async Task A_relist_that_is_empty_once_drops_nothing_and_what_is_new_is_told_meanwhile()
    {
        await using var cluster = await ClusterAsync();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await daemon.UntilLogged(202, "pods");
        var before = File.ReadAllText(cluster.PodsFile);
        LieOnce(cluster);
        cluster.Server.Faults.Add(Fault.Reply.Status(422), request => request is { Resource: "pods", IsWatch: true } && request.Query.ContainsKey("sendInitialEvents"));
        cluster.Server.Faults.Add(Fault.Reply.Status(410), request => request is { Resource: "pods", IsWatch: true }, times: 1);
        cluster.Server.Faults.ResetConnections();
        await daemon.UntilLogged(212, "pods");
        cluster.AddNode("worker-2", "127.0.1.2");
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100", "127.0.1.2:9100");
        await daemon.UntilLogged(213, "0 are gone");
        await daemon.UntilLogged(202, "pods", times: 2);
        File.ReadAllText(cluster.PodsFile).Should().Be(before);
        cluster.DeletePod("p9");
        await Eventually.Holds(() => TestCluster.Targets(cluster.PodsFile)!.Length == 9, "a deletion is believed");
    }

    [Test]
    public async Task Pods_that_have_gone_while_nobody_looked_are_dropped_by_the_second_list()
    {
        await using var cluster = await ClusterAsync();
        for (var i = 1; i < 10; i++)
            cluster.DeletePod($"p{i}");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await daemon.UntilLogged(212, "9 of 10");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.0:2112");
        daemon.Logged(213, "9 are gone").Should().Be(1);
    }

    [Test]
    public async Task Once_waits_for_the_second_list_as_well()
    {
        await using var cluster = await ClusterAsync();
        LieOnce(cluster);
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--once");
        (await daemon.ExitCode()).Should().Be(0);
        daemon.Logged(212).Should().Be(1);
        TestCluster.Targets(cluster.PodsFile).Should().HaveCount(10);
    }

    [Test]
    public async Task With_the_guard_off_any_list_is_believed()
    {
        await using var cluster = await ClusterAsync();
        for (var i = 0; i < 10; i++)
            cluster.DeletePod($"p{i}");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--guard.max-drop", "0");
        await TestCluster.UntilTargets(cluster.PodsFile);
        daemon.Logged(212).Should().Be(0);
    }

    /// <summary>A node and ten pods, and both files as an earlier run has written them.</summary>
    private static async Task<TestCluster> ClusterAsync()
    {
        var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        for (var i = 0; i < 10; i++)
            cluster.AddPod($"p{i}", $"127.0.2.{i}");
        await using var earlier = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--once");
        (await earlier.ExitCode()).Should().Be(0);
        return cluster;
    }

    private static void LieOnce(TestCluster cluster) => cluster.Server.Faults.Add(
        Fault.Reply.Text(NoPods), request => request is { Resource: "pods", IsList: true }, times: 1);
}

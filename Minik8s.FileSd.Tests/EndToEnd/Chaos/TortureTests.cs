using Minik8s.ApiServer;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>
/// One daemon and one Prometheus follow a cluster that changes while its API server has one accident after the other. No target
/// that exists throughout is ever lost on the way, and whenever it is calm again all of them say the same.
/// </summary>
[Category("EndToEnd")]
[Category("Chaos")]
[Parallelizable(ParallelScope.Self)]
internal sealed class TortureTests
{
    /// <summary>The longest delay of the daemon's next try, then the list that checks a resumed watch, then Prometheus' pace.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>So long the cluster changes without an accident, before them; after them half as long.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(6);

    /// <summary>So long a lie is waited for to be told before the next accident happens. The daemon's next try may be a little later.</summary>
    private static readonly TimeSpan UntilTold = TimeSpan.FromSeconds(20);

    /// <summary>Several times the longest object that the daemon takes, and more than it needs for all else.</summary>
    private const long MostMemory = 256 << 20;

    [Test]
    public async Task Whatever_happens_to_the_API_server_no_lasting_target_is_ever_lost_and_in_the_end_all_say_the_same()
    {
        var random = new Random(ChaosRun.Seed());
        var duration = ChaosRun.Duration(ordinary: TimeSpan.FromSeconds(40), @long: TimeSpan.FromHours(1));
        await using var cluster = await TestCluster.StartAsync(new ApiServerOptions { RecordRequests = false });
        await using var churn = new CountedChurn(cluster.Server, new Random(random.Next()), pods: 120, nodes: 12, pause: TimeSpan.FromMilliseconds(100));
        churn.Populate();
        var accidents = new Accidents(cluster.Server, churn, random);
        await using var prometheus = await FollowingPrometheus.StartAsync(cluster);
        using var endpoint = new EndpointClient();
        await using var daemon = Daemon.Run("--api.server", $"{cluster.Server.Uri}", "--targets.dir", cluster.Folder, "--log.format", "json", endpoint.Flag);
        await AllSayTheSame();
        await using var nodes = new RestlessReader(cluster.NodesFile, churn.LastingNodes, neverGoesBack: false, TimeSpan.FromMilliseconds(2));
        await using var pods = new RestlessReader(cluster.PodsFile, churn.LastingPods, neverGoesBack: false, TimeSpan.FromMilliseconds(2));
        await using var discovery = new DiscoveryWatch(prometheus);
        nodes.Start();
        pods.Start();
        discovery.Start();

        var (began, periods, longest) = (TimeProvider.System.GetTimestamp(), 0, TimeSpan.Zero);
        for (; TimeProvider.System.GetElapsedTime(began) < duration; periods++)
        {
            churn.Start();
            await Task.Delay(Calm, TimeProvider.System);
            for (var left = random.Next(2, 6); left > 0; left--)
            {
                await accidents.HappenAsync();
                var happened = TimeProvider.System.GetTimestamp();
                await Eventually.Holds(
                    () => accidents.AllAreTold || TimeProvider.System.GetElapsedTime(happened) > UntilTold
                        || TimeProvider.System.GetElapsedTime(began) > duration,
                    "the lies are told");
                await Task.Delay(TimeSpan.FromSeconds(2 * random.NextDouble()), TimeProvider.System);
            }

            accidents.Calm();
            var isCalm = TimeProvider.System.GetTimestamp();
            await Task.Delay(Calm / 2, TimeProvider.System);
            await churn.StopAsync();
            await AllSayTheSame();
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, TimeProvider.System.GetElapsedTime(isCalm).Ticks));
            nodes.Check();
            pods.Check();
        }

        await nodes.StopAsync();
        await pods.StopAsync();
        await discovery.StopAsync();
        var told = await endpoint.ScrapeAsync();
        var memory = daemon.PeakMemory;
        TestContext.Out.WriteLine(
            $"""
            {periods} periods, {string.Join(", ", accidents.Counts.Select(count => $"{count.Value} x {count.Key}"))}
            {churn.Operations} changes, {daemon.Logged(204) + daemon.Logged(207)} faults and refusals told, at the longest {longest.TotalSeconds:0} s from calm to truth in Prometheus
            files written: nodes {told["file_writes_total{file=\"nodes.json\"}"]}, pods {told["file_writes_total{file=\"pods.json\"}"]}; readings: nodes {nodes.Readings}, pods {pods.Readings}
            discovered at the fewest in {discovery.Looks} looks: nodes {discovery.Lowest["nodes"]} of {churn.LastingNodes.Count()} lasting, pods {discovery.Lowest["pods"]} of {churn.LastingPods.Count()} lasting; {discovery.ReadErrors} read errors
            the daemon's memory at the most: {memory >> 20} MiB
            """);
        discovery.Lowest["nodes"].Should().BeGreaterThanOrEqualTo(churn.LastingNodes.Count());
        discovery.Lowest["pods"].Should().BeGreaterThanOrEqualTo(churn.LastingPods.Count());
        discovery.ReadErrors.Should().Be(0);
        memory.Should().BeLessThan(MostMemory);
        await daemon.Signal("TERM");
        (await daemon.ExitCode()).Should().Be(0, "it is the one that was started");

        async Task AllSayTheSame()
        {
            await Eventually.Holds(() => Task.FromResult(ClusterTruth.IsInFiles(cluster)), "both files list what the API server has", Patience);
            var truth = ((ResourceKind[])[ResourceKind.Nodes, ResourceKind.Pods]).SelectMany(kind => ClusterTruth.Of(cluster.Server, kind)).ToHashSet();
            await Eventually.Holds(async () => truth.SetEquals(await prometheus.TargetsAsync()), "Prometheus has what the API server has", Patience);
        }
    }
}

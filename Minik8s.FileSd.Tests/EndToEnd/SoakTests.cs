using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>Changes without end: what the daemon uses stays as it was, and what it writes stays true.</summary>
internal sealed class SoakTests
{
    private const int Nodes = 200;
    private const int Pods = 3_000;
    private const int Batch = 500;
    private const int Disturbances = 10;

    private static readonly int Changes = LongRun.IsOn ? 500_000 : 30_000;

    private readonly List<ProcessFigures> _figures = [];

    [Test]
    public async Task However_many_changes_flow_through_memory_handles_and_threads_stay_as_they_are_and_the_files_are_true()
    {
        var seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed}, {Changes} changes");
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        var churn = new Churn(cluster, seed, Nodes, Pods);
        var pace = new Pace(cluster, churn, web);
        await using var daemon = Daemon.Run(
            "--api.server", $"{cluster.Server.Uri}", "--targets.dir", cluster.Folder, "--log.format", "json", web.Flag);
        await web.UntilReady();
        await pace.DrainAsync();

        var began = TimeProvider.System.GetTimestamp();
        for (var disturbed = 0; pace.Changes < Changes;)
        {
            for (var i = 0; i < Batch; i++)
                churn.Next();
            if (pace.Changes >= (long)Changes / Disturbances * disturbed)
                Disturb(cluster, disturbed++);
            var scrape = await pace.CatchUpAsync();
            _figures.Add(ProcessFigures.Of(daemon.Id, pace.Changes, scrape));
        }

        await pace.DrainAsync();
        var took = TimeProvider.System.GetElapsedTime(began);
        await TestContext.Out.WriteLineAsync(
            $"{pace.Changes} changes by watches in {took.TotalSeconds:0.0} s, {pace.Lists} lists, {daemon.Logged(204)} outages, "
            + $"{daemon.Logged(207)} versions refused, {daemon.Logged(400)} writes");
        await AssertTrueAsync(cluster);
        await AssertFlatAsync();
        daemon.Logged(204).Should().BePositive("connections were reset");
        daemon.Logged(207).Should().BePositive("versions were forgotten");
        daemon.Logged(402).Should().Be(0);
    }

    /// <summary>In turn the watches end in good order, are reset, and fall behind what the server remembers.</summary>
    private static void Disturb(TestCluster cluster, int count)
    {
        switch (count % 3)
        {
            case 0:
                cluster.Server.Faults.EndWatches();
                break;
            case 1:
                cluster.Server.Faults.ResetConnections();
                break;
            default:
                cluster.Server.Store.Compact();
                break;
        }
    }

    /// <remarks>
    /// The first tenth is left out: there, buffers and caches are still growing to what they will be. Of the rest the peaks of the second
    /// and of the last third are compared, for memory is a saw between collections, and of the heap the lowest points too, which are
    /// what is left by a collection. A tenth and 8 MB are more than two equal thirds differ by, and what a leak of 100 bytes for each
    /// change of the long run would exceed.
    /// </remarks>
    private async Task AssertFlatAsync()
    {
        var warm = _figures.Where(figures => figures.Changes > Changes / 10).ToList();
        var thirds = warm.Chunk((warm.Count + 2) / 3).Select(third => new
        {
            Until = third[^1].Changes,
            Resident = third.Max(figures => figures.ResidentMegabytes),
            Heap = third.Max(figures => figures.HeapMegabytes),
            LowestHeap = third.Min(figures => figures.HeapMegabytes),
            Handles = third.Max(figures => figures.Handles),
            Threads = third.Max(figures => figures.Threads),
        }).ToList();
        foreach (var figures in (ProcessFigures[])[_figures[0], warm[0], warm[warm.Count / 2], warm[^1]])
            await TestContext.Out.WriteLineAsync($"{figures}");
        foreach (var third in thirds)
            await TestContext.Out.WriteLineAsync($"peaks {third}");

        var (middle, end) = (thirds[1], thirds[2]);
        end.Resident.Should().BeLessThan((middle.Resident * 1.1) + 8);
        end.Heap.Should().BeLessThan((middle.Heap * 1.1) + 8);
        end.LowestHeap.Should().BeLessThan((middle.LowestHeap * 1.1) + 8);
        end.Handles.Should().BeLessThanOrEqualTo(middle.Handles + 8, "a few connections may be on their way out");
        end.Threads.Should().BeLessThanOrEqualTo(middle.Threads + 8, "a pool of threads tries one more or one less");
    }

    /// <summary>Against what the server says, and against what a daemon writes that has seen nothing of the past.</summary>
    private static async Task AssertTrueAsync(TestCluster cluster)
    {
        TestCluster.Targets(cluster.NodesFile).Should().Equal(
            Objects(ResourceKind.Nodes).Select(node => $"{node["status"]!["addresses"]![0]!["address"]}:9100"));
        TestCluster.Targets(cluster.PodsFile).Should().Equal(
            from pod in Objects(ResourceKind.Pods)
            where $"{pod["metadata"]!["labels"]!["log"]}" == "prometheus"
            where $"{pod["spec"]!["containers"]![0]!["ports"]![0]!["name"]}" == "prometheus"
            select $"{pod["status"]!["podIP"]}:2112");

        using var fresh = new TempFolder();
        await using var once = Daemon.Run("--api.server", $"{cluster.Server.Uri}", "--targets.dir", fresh.Path, "--once");
        (await once.ExitCode()).Should().Be(0);
        (await File.ReadAllTextAsync(cluster.NodesFile)).Should().Be(await File.ReadAllTextAsync(fresh["nodes.json"]));
        (await File.ReadAllTextAsync(cluster.PodsFile)).Should().Be(await File.ReadAllTextAsync(fresh["pods.json"]));

        IEnumerable<JsonNode> Objects(ResourceKind kind) =>
            cluster.Server.Store.Current.Range(kind, null).Select(ObjectJson.ToTree);
    }
}

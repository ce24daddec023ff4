using BenchmarkDotNet.Attributes;
using Minik8s.FileSd.Benchmarks.Server;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>From the bytes of a frame to what the reflector is told. Of many frames at once, lest opening a watch counts.</summary>
public class WatchFrameBenchmarks
{
    private const int Frames = 500;

    private CannedWatch<Pod> _selected = null!;
    private CannedWatch<Pod> _unselected = null!;
    private CannedWatch<Pod> _unchanged = null!;
    private CannedWatch<Pod> _bookmarks = null!;
    private CannedWatch<Node> _nodes = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _selected = new(Samples.Pods, Lines(Samples.PodStore, "MODIFIED", i => Fleet.Pod(i, 1_000 + i, i)), WatchEventType.Modified);

        // To whoever follows a selection, a pod that is not of it has gone.
        _unselected = new(Samples.Pods, Lines(Samples.PodStore, "MODIFIED", i => Samples.UnselectedPod(i, 1_000 + i)), WatchEventType.Deleted);
        _unchanged = new(Samples.Pods, Lines(Samples.PodStore, "MODIFIED", i => Fleet.Pod(1, 1_000 + i)), WatchEventType.Modified);
        _bookmarks = new(Samples.Pods, Lines(Samples.PodStore, "BOOKMARK", Bookmark), WatchEventType.Bookmark);
        _nodes = new(Samples.Nodes, Lines(Samples.NodeStore, "MODIFIED", i => Fleet.Node(i, 1_000 + i)), WatchEventType.Modified);
    }

    [Benchmark(Description = "decode a watch frame: a pod", OperationsPerInvoke = Frames)]
    public Task SelectedPod() => _selected.ReadAsync();

    [Benchmark(Description = "decode a watch frame: a pod that is not selected", OperationsPerInvoke = Frames)]
    public Task UnselectedPod() => _unselected.ReadAsync();

    [Benchmark(Description = "decode a watch frame: one pod again and again, only its version is new", OperationsPerInvoke = Frames)]
    public Task UnchangedPod() => _unchanged.ReadAsync();

    [Benchmark(Description = "decode a watch frame: a node", OperationsPerInvoke = Frames)]
    public Task Node() => _nodes.ReadAsync();

    [Benchmark(Description = "decode a watch frame: a bookmark", OperationsPerInvoke = Frames)]
    public Task Bookmark() => _bookmarks.ReadAsync();

    private static List<byte[]> Lines(Store store, string type, Func<int, byte[]> item) =>
        [.. Enumerable.Range(0, Frames).Select(i => store.Line(type, item(i)))];

    /// <summary>As an API server writes those of pods.</summary>
    private static byte[] Bookmark(int index) => System.Text.Encoding.ASCII.GetBytes(
        $"{{\"metadata\":{{\"resourceVersion\":\"{1_000 + index}\",\"creationTimestamp\":null}},\"spec\":{{\"containers\":null}},\"status\":{{}}}}");
}

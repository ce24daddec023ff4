using BenchmarkDotNet.Attributes;
using Minik8s.FileSd.Benchmarks.Server;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>From the bytes of a page of a list to its objects.</summary>
public class ListPageBenchmarks
{
    private byte[] _pods = [];
    private byte[] _nodes = [];

    [GlobalSetup]
    public void SetUp()
    {
        _pods = Samples.Page(Samples.PodStore, Enumerable.Range(0, BenchmarkServer.PageSize).Select(i => Fleet.Pod(i, 1_000 + i)));
        _nodes = Samples.Page(Samples.NodeStore, Enumerable.Range(0, BenchmarkServer.PageSize).Select(i => Fleet.Node(i, 1_000 + i)));
    }

    [Benchmark(Description = "read a list page: 500 pods")]
    public Task Pods() => ReadAsync(Samples.Pods, _pods);

    [Benchmark(Description = "read a list page: 500 nodes")]
    public Task Nodes() => ReadAsync(Samples.Nodes, _nodes);

    private static async Task ReadAsync<T>(Resource<T> resource, byte[] page)
        where T : class, IResource
    {
        var count = 0;
        await foreach (var part in resource.Format.ReadListAsync(new MemoryStream(page), CancellationToken.None))
            count += part.Item is null ? 0 : 1;
        if (count != BenchmarkServer.PageSize)
            throw new InvalidOperationException($"{count} objects were read");
    }
}

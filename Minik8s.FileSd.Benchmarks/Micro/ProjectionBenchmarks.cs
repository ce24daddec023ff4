using BenchmarkDotNet.Attributes;
using Minik8s.FileSd.Benchmarks.Server;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>From an object to its verdict.</summary>
public class ProjectionBenchmarks
{
    private readonly NodeProjection _nodes = Samples.Options.NodeProjection;
    private readonly PodProjection _pods = Samples.Options.PodProjection;
    private readonly Node _node = Samples.Node(Fleet.Node(1, 1_000));
    private readonly Pod _pod = Samples.Pod(Fleet.Pod(1, 1_000));
    private readonly Pod _podWithoutPort = Samples.Pod(Samples.PodWithoutPort(1, 1_000));

    [GlobalSetup]
    public void SetUp()
    {
        if (Node() is not Verdict.Target || Pod() is not Verdict.Target || PodWithoutPort() is not Verdict.NotTarget { Reason: Reason.PodWithoutPort })
            throw new InvalidOperationException("the objects are not what they are to be");
    }

    [Benchmark(Description = "project a node")]
    public object Node() => _nodes.Project(_node);

    [Benchmark(Description = "project a pod")]
    public object Pod() => _pods.Project(_pod);

    [Benchmark(Description = "project a pod that is no target")]
    public object PodWithoutPort() => _pods.Project(_podWithoutPort);
}

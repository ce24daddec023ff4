using BenchmarkDotNet.Attributes;
using Minik8s.FileSd.Benchmarks.Server;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>From the verdict of one object to its checked bytes.</summary>
public class GroupBenchmarks
{
    private readonly Verdict _verdict = Samples.Options.PodProjection.Project(Samples.Pod(Fleet.Pod(1, 1_000)));

    [Benchmark(Description = "render the target of a pod, and check it")]
    public object Pod() => RenderedTargets.Of(_verdict);
}

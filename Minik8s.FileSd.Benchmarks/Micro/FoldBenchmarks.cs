using BenchmarkDotNet.Attributes;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>One change more in what is known of all objects.</summary>
public class FoldBenchmarks
{
    private TargetSet _set = null!;
    private Change<RenderedTargets>[] _changes = [];
    private Change<RenderedTargets> _same;
    private int _next;

    [Params(TargetCount.Small, TargetCount.Medium, TargetCount.Large)]
    public int Targets { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _set = Samples.Targets(Targets);
        _changes = [.. Enumerable.Range(0, 64).Select(i => Samples.Change(Targets / 64 * i, 1)), .. Enumerable.Range(0, 64).Select(i => Samples.Change(Targets / 64 * i, 2))];
        _same = Samples.Change(Targets / 2 + 1, 0);
        if (!ReferenceEquals(_set.Objects, _set.Apply(_same).Objects) || ReferenceEquals(_set.Objects, _set.Apply(_changes[0]).Objects))
            throw new InvalidOperationException("the changes are not what they are to be");
    }

    [Benchmark(Description = "fold a change")]
    public object Change() => _set = _set.Apply(_changes[_next++ % _changes.Length]);

    [Benchmark(Description = "fold a change that alters nothing")]
    public object Same() => _set = _set.Apply(_same);
}

using BenchmarkDotNet.Attributes;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>All bytes of a file after one change, looked at once as a write does.</summary>
public class FileContentBenchmarks
{
    private TargetSet[] _sets = [];
    private int _next;

    [Params(TargetCount.Small, TargetCount.Medium, TargetCount.Large)]
    public int Targets { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var set = Samples.Targets(Targets);
        _sets = [set, set.Apply(Samples.Change(Targets / 2, 1))];
    }

    [Benchmark(Description = "render a file after one change")]
    public long Render()
    {
        var length = 0L;
        foreach (var piece in new FileContent([_sets[_next++ % _sets.Length]]).Render())
            length += piece.Length;
        return length;
    }
}

using BenchmarkDotNet.Attributes;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>A file on disk after one change: written, made durable and put in the place of the last one.</summary>
public class PublishBenchmarks
{
    private TargetFile _file = null!;
    private TargetSet[] _sets = [];
    private int _next;

    [Params(TargetCount.Small, TargetCount.Medium, TargetCount.Large)]
    public int Targets { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _file = new TargetFile(MicroFolder.Current.CreateSubdirectory($"publish-{Targets}").FullName, "pods.json");
        var set = Samples.Targets(Targets);
        _sets = [set, set.Apply(Samples.Change(Targets / 2, 1))];
    }

    [Benchmark(Description = "publish a file after one change")]
    public long Publish()
    {
        lock (MicroFolder.Gate)
        {
            _ = MicroFolder.Current;
            var publication = _file.Publish(new FileContent([_sets[_next++ % _sets.Length]]));
            return publication.Written ? publication.Bytes : throw new InvalidOperationException("the file was not written");
        }
    }
}

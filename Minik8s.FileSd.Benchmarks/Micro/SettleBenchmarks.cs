using System.Reactive.Concurrency;
using System.Reactive.Subjects;
using BenchmarkDotNet.Attributes;
using Minik8s.FileSd.Streams;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>A value on its way through the settling, in virtual time.</summary>
public class SettleBenchmarks
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    private readonly object _value = new();
    private Subject<object> _source = null!;
    private HistoricalScheduler _clock = null!;
    private IDisposable _settled = null!;
    private long _passed;

    [GlobalSetup]
    public void SetUp()
    {
        (_source, _clock, _passed) = (new(), new(), 0);
        _settled = _source.Settle(Quiet, TimeSpan.FromSeconds(1), () => Rest.None, _clock).Subscribe(_ => _passed++);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _settled.Dispose();
        _source.Dispose();
    }

    [Benchmark(Description = "settle a change while others wait")]
    public void Storm() => _source.OnNext(_value);

    [Benchmark(Description = "settle a lone change, and pass it on")]
    public void Lone()
    {
        var before = _passed;
        _source.OnNext(_value);
        _clock.AdvanceBy(Quiet);
        if (_passed != before + 1)
            throw new InvalidOperationException("the change was not passed on");
    }
}

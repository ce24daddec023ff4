using System.Reactive.Concurrency;
using System.Reactive.Linq;
using Minik8s.FileSd.Streams;

namespace Minik8s.FileSd.Tests.Streams;

internal sealed class RetryAfterTests
{
    private readonly HistoricalScheduler _scheduler = new(DateTimeOffset.UnixEpoch);

    [Test]
    public void It_subscribes_again_when_the_delay_of_each_fault_is_over()
    {
        var subscribed = new List<double>();
        var failing = Observable.Create<int>(observer =>
        {
            subscribed.Add((_scheduler.Now - DateTimeOffset.UnixEpoch).TotalSeconds);
            observer.OnNext(subscribed.Count);
            observer.OnError(new IOException());
            return () => { };
        });
        var values = new List<int>();
        using (failing.RetryAfter(_ => TimeSpan.FromSeconds(subscribed.Count), _scheduler).Subscribe(values.Add))
            _scheduler.AdvanceBy(TimeSpan.FromSeconds(7));
        _scheduler.AdvanceBy(TimeSpan.FromSeconds(60));
        subscribed.Should().Equal(0, 1, 3, 6);
        values.Should().Equal(1, 2, 3, 4);
    }

    [Test]
    public void What_completes_is_not_retried()
    {
        var completed = false;
        using var _ = Observable.Return(1)
            .RetryAfter(_ => TimeSpan.Zero, _scheduler)
            .Subscribe(_ => { }, () => completed = true);
        completed.Should().BeTrue();
    }
}

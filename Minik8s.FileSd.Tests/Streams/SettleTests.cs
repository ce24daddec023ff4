using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using CsCheck;
using Minik8s.FileSd.Streams;

namespace Minik8s.FileSd.Tests.Streams;

internal sealed class SettleTests
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>With which the limit is only for those who rest.</summary>
    private static readonly TimeSpan LongLimit = TimeSpan.FromSeconds(5);

    private readonly HistoricalScheduler _scheduler = new(DateTimeOffset.UnixEpoch);
    private readonly Subject<int> _source = new();
    private readonly List<(double Milliseconds, int Value)> _settled = [];

    [Test]
    public void A_lone_value_goes_out_after_the_quiet_period()
    {
        using var _ = Subscribe();
        At(0, 1);
        Advance(1000);
        _settled.Should().Equal((50, 1));
    }

    [Test]
    public void Values_in_quick_succession_give_only_the_last()
    {
        using var _ = Subscribe();
        At(0, 1);
        At(49, 2);
        At(98, 3);
        Advance(1000);
        _settled.Should().Equal((148, 3));
    }

    [Test]
    public void Constant_churn_gives_the_newest_value_at_the_limit()
    {
        using var _ = Subscribe();
        for (var time = 0; time <= 2500; time += 10)
            At(time, time);
        Advance(1000);

        // What comes at the very instant of the limit is first in the next round.
        _settled.Select(s => s.Milliseconds).Should().Equal(1000, 2000, 2550);
        _settled[^1].Value.Should().Be(2500);
    }

    [Test]
    public void Two_values_far_apart_both_go_out()
    {
        using var _ = Subscribe();
        At(0, 1);
        At(500, 2);
        Advance(1000);
        _settled.Should().Equal((50, 1), (550, 2));
    }

    [Test]
    public void The_last_value_goes_out_before_the_end_and_does_not_wait_for_it()
    {
        var ended = 0.0;
        using var _ = Subscribe(onCompleted: () => ended = Now);
        At(0, 1);
        At(10, 2);
        _source.OnCompleted();
        Advance(1000);
        _settled.Should().Equal((10, 2));
        ended.Should().Be(10);
    }

    [Test]
    public void The_last_value_goes_out_before_a_fault()
    {
        Exception? fault = null;
        using var _ = Subscribe(onError: e => fault = e);
        At(0, 1);
        _source.OnError(new IOException("gone"));
        Advance(1000);
        _settled.Should().Equal((0, 1));
        fault.Should().BeOfType<IOException>();
    }

    [Test]
    public void An_end_without_a_value_is_passed_on()
    {
        var ended = false;
        using var _ = Subscribe(onCompleted: () => ended = true);
        _source.OnCompleted();
        Advance(1);
        ended.Should().BeTrue();
    }

    [Test]
    public void A_value_that_comes_while_the_observer_is_busy_goes_out_when_it_is_done()
    {
        using var _ = _source.Settle(Quiet, Limit, () => Rest.None, _scheduler).Subscribe(value =>
        {
            _settled.Add((Now, value));
            if (value == 1)
                _source.OnNext(2);
        });
        At(0, 1);
        Advance(1000);
        _settled.Should().Equal((50, 1), (100, 2));
    }

    [Test]
    public void Nothing_goes_out_after_unsubscribing()
    {
        var subscription = Subscribe();
        At(0, 1);
        subscription.Dispose();
        Advance(1000);
        _settled.Should().BeEmpty();
    }

    [Test]
    public void A_lone_value_does_not_wait_for_a_rest_that_is_over()
    {
        using var _ = Subscribe(limit: LongLimit, rest: 2000);
        At(0, 1);
        At(2100, 2);
        Advance(1000);
        _settled.Should().Equal((50, 1), (2150, 2));
    }

    [Test]
    public void A_value_behind_a_silence_goes_out_at_once()
    {
        using var _ = Subscribe(limit: LongLimit, rest: 4000, lone: 500);
        At(0, 1);
        At(600, 2);
        At(1200, 3);
        Advance(5000);
        _settled.Should().Equal((50, 1), (650, 2), (1250, 3));
    }

    [Test]
    public void A_silence_ends_the_rest()
    {
        using var _ = Subscribe(limit: LongLimit, rest: 4000, lone: 500);
        At(0, 1);
        At(100, 2);
        At(400, 3);
        Advance(5000);
        _settled.Should().Equal((50, 1), (900, 3));
    }

    [Test]
    public void A_second_value_shortly_after_waits_until_the_observer_has_rested()
    {
        using var _ = Subscribe(limit: LongLimit, rest: 2000);
        At(0, 1);
        At(100, 2);
        At(300, 3);
        Advance(5000);
        _settled.Should().Equal((50, 1), (2050, 3));
    }

    [Test]
    public void Constant_churn_goes_out_whenever_the_observer_has_rested()
    {
        using var _ = Subscribe(limit: LongLimit, rest: 2000);
        for (var time = 0; time <= 7000; time += 10)
            At(time, time);
        Advance(5000);

        // The first waits for twenty times the quiet, as whoever gets it has not yet said that it needs a rest.
        _settled.Select(s => s.Milliseconds).Should().Equal(1000, 3000, 5000, 7000, 9000);
        _settled[^1].Value.Should().Be(7000);
    }

    [Test]
    public void A_burst_after_a_long_silence_goes_out_once_for_an_observer_that_rests_for_longer_than_it_lasts()
    {
        using var _ = Subscribe(limit: LongLimit, rest: 3000);
        At(0, 1);
        for (var time = 10_000; time <= 12_000; time += 10)
            At(time, time);
        Advance(10_000);
        _settled.Should().Equal((50, 1), (12_050, 12_000));
    }

    [Test]
    public void No_rest_is_longer_than_the_limit_allows()
    {
        using var _ = Subscribe(limit: TimeSpan.FromSeconds(3.2), rest: 60_000);
        for (var time = 0; time <= 12_000; time += 10)
            At(time, time);
        Advance(10_000);

        // A sixteenth of the limit is left to the observer, so that it is done by then.
        _settled.Select(s => s.Milliseconds).Should().Equal(1000, 4000, 7000, 10_000, 13_000);
        _settled[^1].Value.Should().Be(12_000);
    }

    [Test]
    public void Without_a_limit_to_speak_of_nobody_rests()
    {
        using var _ = Subscribe(limit: TimeSpan.Zero, rest: 60_000);
        At(0, 1);
        At(10, 2);
        Advance(1);
        _settled.Should().Equal((0, 1), (10, 2));
    }

    [Test]
    public void The_end_waits_for_no_rest()
    {
        var ended = 0.0;
        using var _ = Subscribe(onCompleted: () => ended = Now, limit: LongLimit, rest: 3000);
        At(0, 1);
        At(100, 2);
        _source.OnCompleted();
        Advance(1);
        _settled.Should().Equal((50, 1), (100, 2));
        ended.Should().Be(100);
    }

    [Test]
    public void Whatever_the_times_the_last_value_goes_out_last_and_none_waits_beyond_the_limit() =>
        Gen.Select(Gen.Int[0, 400].Array[1, 60], Gen.Int[0, 1500].Array[1, 8]).Sample((gaps, rests) =>
        {
            var scheduler = new HistoricalScheduler(DateTimeOffset.UnixEpoch);
            using var source = new Subject<int>();
            var emitted = new List<(TimeSpan Time, int Value)>();
            Rest After(int emission) => new(TimeSpan.FromMilliseconds(rests[emission % rests.Length]), TimeSpan.FromMilliseconds(rests[^1]));
            using var _ = source.Settle(Quiet, Limit, () => After(emitted.Count - 1), scheduler)
                .Subscribe(value => emitted.Add((scheduler.Now - DateTimeOffset.UnixEpoch, value)));
            var sent = new List<TimeSpan>();
            foreach (var gap in gaps)
            {
                scheduler.AdvanceBy(TimeSpan.FromMilliseconds(gap + 1));
                sent.Add(scheduler.Now - DateTimeOffset.UnixEpoch);
                source.OnNext(sent.Count - 1);
            }

            scheduler.AdvanceBy(TimeSpan.FromSeconds(5));
            emitted[^1].Value.Should().Be(gaps.Length - 1);
            emitted.Select(e => e.Value).Should().BeInAscendingOrder();
            for (var i = 0; i < sent.Count; i++)
                emitted.First(e => e.Value >= i).Time.Should().BeLessThanOrEqualTo(sent[i] + Limit);

            // The rest is kept, or there was a silence in which nothing came.
            for (var i = 1; i < emitted.Count; i++)
            {
                var rest = After(i - 1);
                var (began, ended) = (emitted[i - 1].Time, emitted[i].Time);
                var told = sent.TakeWhile(time => time < ended).ToList();
                var silences = told.Append(ended).Zip(told.Prepend(TimeSpan.Zero), (next, before) => (Next: next, Gap: next - before));
                (ended - began >= rest.Time || ended - began >= Limit * (15.0 / 16)
                    || silences.Any(silence => silence.Next >= began && silence.Next <= ended && silence.Gap >= rest.Lone)).Should().BeTrue("of {0} at {1}", rest, ended);
            }
        });

    [Test]
    public async Task On_real_threads_the_last_value_is_never_lost_and_the_observer_is_never_entered_twice()
    {
        for (var round = 0; round < 3000; round++)
        {
            var last = -1;
            var inside = 0;
            var overlapped = false;
            var values = Observable.Create<int>(async (observer, stop) =>
            {
                for (var i = 0; i < 20; i++)
                {
                    observer.OnNext(i);
                    if (i % 7 == round % 7)
                        await Task.Yield();
                }
            });
            await values
                .Settle(TimeSpan.FromTicks(round % 50), TimeSpan.FromTicks(200), () => new(TimeSpan.FromTicks(round % 300), TimeSpan.FromTicks(round % 70)), TaskPoolScheduler.Default)
                .Do(value =>
                {
                    overlapped |= Interlocked.Increment(ref inside) != 1;
                    last = value;
                    Interlocked.Decrement(ref inside);
                });
            last.Should().Be(19, "in round {0}", round);
            overlapped.Should().BeFalse();
        }
    }

    private double Now => (_scheduler.Now - DateTimeOffset.UnixEpoch).TotalMilliseconds;

    private IDisposable Subscribe(Action? onCompleted = null, Action<Exception>? onError = null, TimeSpan? limit = null, double rest = 0, double? lone = null) =>
        _source.Settle(Quiet, limit ?? Limit, () => new(TimeSpan.FromMilliseconds(rest), TimeSpan.FromMilliseconds(lone ?? rest)), _scheduler).Subscribe(
            value => _settled.Add((Now, value)), onError ?? (_ => { }), onCompleted ?? (() => { }));

    private void At(double milliseconds, int value)
    {
        if (milliseconds > Now)
            Advance(milliseconds - Now);
        _source.OnNext(value);
    }

    private void Advance(double milliseconds) => _scheduler.AdvanceBy(TimeSpan.FromMilliseconds(milliseconds));
}

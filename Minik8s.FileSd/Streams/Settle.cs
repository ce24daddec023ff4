using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace Minik8s.FileSd.Streams;

/// <summary>What an observer wants after it got a value.</summary>
/// <param name="Time">For how long from that moment it is to get no other, as long as more keep coming.</param>
/// <param name="Lone">When nothing comes for so long there is nothing to wait for, and the rest is over. Nor does it hold for what comes behind such a silence.</param>
internal readonly record struct Rest(TimeSpan Time, TimeSpan Lone)
{
    public static readonly Rest None = new(TimeSpan.Zero, TimeSpan.Zero);
}

internal static class SettleExtensions
{
    /// <summary>
    /// Passes on the latest value once the source has been quiet for <paramref name="quiet"/> and the observer has rested, and
    /// at the latest <paramref name="limit"/> after the first value that has not been passed on. The last value is never lost:
    /// when the source ends, it goes out first. An observer that is slow gets the newest value when it is done.
    /// </summary>
    /// <param name="rest">Asked when the observer is done with a value.</param>
    public static IObservable<T> Settle<T>(
        this IObservable<T> source, TimeSpan quiet, TimeSpan limit, Func<Rest> rest, IScheduler scheduler) =>
        new Settle<T>(source, quiet, limit, rest, scheduler).Run();
}

internal sealed class Settle<T>(IObservable<T> source, TimeSpan quiet, TimeSpan limit, Func<Rest> rest, IScheduler scheduler)
{
    /// <summary>A source that does not fall quiet is waited for so many times the quiet, or for as long as the observer rests.</summary>
    private const int Patience = 20;

    /// <summary>By the limit the observer is to be done with what it got: no rest takes the last part of it.</summary>
    private readonly TimeSpan _longestRest = limit * (15.0 / 16);

    private enum Phase { Idle, Waiting, Emitting }

    public IObservable<T> Run() => Observable.Create<T>(observer =>
    {
        var gate = new Lock();
        var timer = new SerialDisposable();
        var clock = scheduler.StartStopwatch();
        var phase = Phase.Idle;
        var pending = false;
        var latest = default(T)!;

        // When the values came, the first of those that are pending and the last, and when one was last passed on.
        TimeSpan first = default, last = default, taken = default;
        var resting = Rest.None;
        var isLone = true;
        Action? end = null;

        void OnNext(T value)
        {
            lock (gate)
            {
                var now = clock.Elapsed;
                if (!pending)
                    (first, isLone) = (now, now - last >= resting.Lone);
                last = now;
                pending = true;
                latest = value;
                if (phase == Phase.Idle)
                    Wait();
            }
        }

        void OnEnd(Action notify)
        {
            lock (gate)
            {
                end = notify;
                if (phase != Phase.Emitting)
                    Wait();
            }
        }

        TimeSpan Due()
        {
            if (end is not null)
                return TimeSpan.Zero;
            var settled = Min(last + quiet, first + Max(quiet * Patience, resting.Time));
            var rested = isLone ? TimeSpan.Zero : Min(taken + resting.Time, last + resting.Lone);
            return Min(Max(settled, rested), first + limit);
        }

        void Wait()
        {
            phase = Phase.Waiting;
            timer.Disposable = scheduler.Schedule(Max(Due() - clock.Elapsed, TimeSpan.Zero), Emit);
        }

        // Values only move what is due; the timer looks at it when it fires. A storm costs no timer per value.
        void Emit()
        {
            T value;
            bool ended;
            lock (gate)
            {
                if (phase != Phase.Waiting)
                    return;
                var now = clock.Elapsed;
                if (Due() > now)
                {
                    Wait();
                    return;
                }

                ended = !pending;
                (pending, value, latest, phase, taken) = (false, latest, default!, Phase.Emitting, now);
            }

            if (ended)
            {
                end!();
                return;
            }

            observer.OnNext(value);
            var needed = rest();
            lock (gate)
            {
                resting = needed with { Time = Min(needed.Time, _longestRest) };
                if (pending || end is not null)
                    Wait();
                else
                    phase = Phase.Idle;
            }
        }

        return new CompositeDisposable(
            source.Subscribe(OnNext, fault => OnEnd(() => observer.OnError(fault)), () => OnEnd(observer.OnCompleted)),
            timer);
    });

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

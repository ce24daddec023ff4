using System.Reactive.Concurrency;
using System.Reactive.Disposables;
using System.Reactive.Linq;

namespace Minik8s.FileSd.Streams;

internal static class SettleExtensions
{
    /// <summary>
    /// Passes on the latest value once the source has been quiet for <paramref name="quiet"/>, and at the latest
    /// <paramref name="limit"/> after the first value that has not been passed on. The last value is never lost: when
    /// the source ends, it goes out first. An observer that is slow gets the newest value when it is done.
    /// </summary>
    public static IObservable<T> Settle<T>(
        this IObservable<T> source, TimeSpan quiet, TimeSpan limit, IScheduler scheduler) =>
        new Settle<T>(source, quiet, limit, scheduler).Run();
}

internal sealed class Settle<T>(IObservable<T> source, TimeSpan quiet, TimeSpan limit, IScheduler scheduler)
{
    private enum Phase { Idle, Waiting, Emitting }

    public IObservable<T> Run() => Observable.Create<T>(observer =>
    {
        var gate = new Lock();
        var timer = new SerialDisposable();
        var clock = scheduler.StartStopwatch();
        var phase = Phase.Idle;
        var pending = false;
        var latest = default(T)!;
        TimeSpan due = default, deadline = default;
        Action? end = null;

        void OnNext(T value)
        {
            lock (gate)
            {
                var now = clock.Elapsed;
                if (!pending)
                    deadline = now + limit;
                pending = true;
                latest = value;
                due = now + quiet < deadline ? now + quiet : deadline;
                if (phase == Phase.Idle)
                    Wait(due - now);
            }
        }

        void OnEnd(Action notify)
        {
            lock (gate)
            {
                end = notify;
                due = TimeSpan.Zero;
                if (phase != Phase.Emitting)
                    Wait(TimeSpan.Zero);
            }
        }

        void Wait(TimeSpan time)
        {
            phase = Phase.Waiting;
            timer.Disposable = scheduler.Schedule(time, Emit);
        }

        // Values only move `due`; the timer looks at it when it fires. A storm costs no timer per value.
        void Emit()
        {
            T value;
            bool ended;
            lock (gate)
            {
                if (phase != Phase.Waiting)
                    return;
                if (due - clock.Elapsed is { Ticks: > 0 } early)
                {
                    Wait(early);
                    return;
                }

                ended = !pending;
                (pending, value, latest, phase) = (false, latest, default!, Phase.Emitting);
            }

            if (ended)
            {
                end!();
                return;
            }

            observer.OnNext(value);
            lock (gate)
            {
                if (pending || end is not null)
                    Wait(due - clock.Elapsed is { Ticks: > 0 } rest ? rest : TimeSpan.Zero);
                else
                    phase = Phase.Idle;
            }
        }

        return new CompositeDisposable(
            source.Subscribe(OnNext, fault => OnEnd(() => observer.OnError(fault)), () => OnEnd(observer.OnCompleted)),
            timer);
    });
}

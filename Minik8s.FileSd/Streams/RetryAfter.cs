using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace Minik8s.FileSd.Streams;

internal static class RetryAfterExtensions
{
    /// <summary>Subscribes again after each fault, when the delay that <paramref name="delay"/> gives for it is over.</summary>
    public static IObservable<T> RetryAfter<T>(
        this IObservable<T> source, Func<Exception, TimeSpan> delay, IScheduler scheduler) =>
        source.RetryWhen(faults => faults.SelectMany(fault => Observable.Timer(delay(fault), scheduler)));
}

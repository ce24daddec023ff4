using System.Net;
using System.Reactive.Linq;
using System.Runtime.CompilerServices;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Follows all objects of a kind: list, watch from the list's version, resume where the watch ended. Any fault leaves
/// <see cref="FollowAsync"/>; the next call goes on from where the last one stood.
/// </summary>
/// <param name="backoff">Gives the delay after a fault; called once for each.</param>
internal sealed class Reflector<T>(
    IResourceApi<T> api, StreamStatus status, Func<TimeSpan> backoff, TimeProvider time, Random random)
    where T : class, IResource
{
    /// <summary>Objects to a page of a list.</summary>
    public const int PageSize = 500;

    /// <summary>A server's <c>Retry-After</c> is honoured up to this.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>A watch that ends earlier than this and has said nothing is a fault, or it would be a hot loop.</summary>
    public static readonly TimeSpan ShortestWatch = TimeSpan.FromSeconds(1);

    /// <summary>After an outage the watch is resumed, and checked by a list after one to two times this. The spread keeps
    /// clients from listing all together.</summary>
    public static readonly TimeSpan CheckDelay = TimeSpan.FromSeconds(10);

    private readonly ResumePoint _resume = new(time);
    private bool _watchWasShort;

    /// <summary>The changes as an observable that never completes; each subscription goes on from where the last one stood.</summary>
    public IObservable<Change<T>> Changes => Observable.Create<Change<T>>(async (observer, stop) =>
    {
        await foreach (var change in FollowAsync(stop))
            observer.OnNext(change);
    });

    /// <summary>How long to wait before following again; also makes the fault known.</summary>
    public TimeSpan DelayAfter(Exception fault)
    {
        var delay = TimeSpan.Zero;
        if (!ResumePoint.IsRefusal(fault) || _resume.Refusals > 1)
        {
            delay = backoff();
            if (fault is ApiException { RetryAfter: { } wanted } && wanted > delay)
                delay = wanted < LongestRetryAfter ? wanted : LongestRetryAfter;
        }

        status.Failed(fault, delay);
        return delay;
    }

    /// <summary>Never ends but by a fault or by <paramref name="stop"/>.</summary>
    public async IAsyncEnumerable<Change<T>> FollowAsync([EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            await using var changes = (_resume.NeedsList ? ListAsync(stop) : WatchAsync(stop)).GetAsyncEnumerator(stop);
            while (true)
            {
                try
                {
                    if (!await changes.MoveNextAsync())
                        break;
                }
                catch (Exception fault)
                {
                    _resume.Failed(fault);
                    throw;
                }

                yield return changes.Current;
            }
        }
    }

    private async IAsyncEnumerable<Change<T>> ListAsync([EnumeratorCancellation] CancellationToken stop)
    {
        status.Listing();
        var count = 0;
        string? token = null;
        ListMeta? end;
        var page = new ListQuery(_resume.Version, PageSize, null);
        do
        {
            if (page.Continue is null)
                yield return Change<T>.ListBegan;
            end = null;
            await using var parts = api.ListAsync(page, stop).GetAsyncEnumerator(stop);
            while (true)
            {
                try
                {
                    if (!await parts.MoveNextAsync())
                        break;
                }
                catch (ApiException expired) when (expired.IsExpired && page is { Continue: not null, Limit: not null })
                {
                    // The pages' snapshot is gone: the whole list in one piece cannot expire half-way.
                    (page, count, end, token) = (new ListQuery(_resume.Version, null, null), 0, null, null);
                    break;
                }

                end = parts.Current.End;
                if (parts.Current.Item is not { } item)
                    continue;
                count++;
                yield return new(ChangeKind.Listed, item.Metadata.Key, item);
            }

            if (end is null)
                continue;
            if (end.Continue is { Length: > 0 } && (page.Limit is null || end.Continue == token))
                throw new IOException("the pages of the list come to no end");
            token = end.Continue;
            page = new ListQuery(null, page.Limit, token);
        }
        while (end is null || page.Continue is { Length: > 0 });

        _resume.Listed(end.ResourceVersion);
        status.Listed(count, _resume.Version);
        yield return Change<T>.ListEnded;
        status.Known();
    }

    private async IAsyncEnumerable<Change<T>> WatchAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var checkDue = !_resume.IsDoubtful ? (long?)null
            : _resume.CheckDue ?? began + (long)(CheckDelay.TotalSeconds * (1 + random.NextDouble()) * time.TimestampFrequency);
        using var check = new CancellationTokenSource(TimeUntil(checkDue), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(check.Token, stop);
        var silent = true;
        var timeout = TimeSpan.FromSeconds(random.Next(300, 601));
        var query = new WatchQuery(_resume.Version ?? "", timeout);
        await using var events = api.WatchAsync(query, either.Token).GetAsyncEnumerator(either.Token);
        while (true)
        {
            try
            {
                if (!await events.MoveNextAsync())
                    break;
            }
            catch (OperationCanceledException) when (check.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                _resume.Doubt();
                yield break;
            }

            var said = events.Current;
            if (said.Type == WatchEventType.Opened)
            {
                _resume.Opened();
                status.Watching(_resume.Version, _resume.IsDoubtful);
                _resume.CheckDue = checkDue;
                continue;
            }

            if (said.Type == WatchEventType.Error)
                throw Fault(said.Error);
            silent = false;
            _resume.Heard(said.Object?.Metadata.ResourceVersion);
            switch (said.Type)
            {
                case WatchEventType.Added or WatchEventType.Modified:
                    yield return new(ChangeKind.Applied, said.Object!.Metadata.Key, said.Object);
                    break;
                case WatchEventType.Deleted:
                    yield return new(ChangeKind.Deleted, said.Object!.Metadata.Key, null);
                    break;
                case WatchEventType.Unknown:
                    status.HeardUnknown(said.Name);
                    break;
            }

            status.Heard(said.Type);
        }

        var lasted = time.GetElapsedTime(began);
        if (silent && lasted < ShortestWatch)
            throw new IOException("the watch ended at once and had said nothing");
        status.Ended();
        _resume.Ended();

        // A version from the server's future is watched in silence. A watch that ran its whole time without even a
        // bookmark is therefore checked by a list.
        if (silent && lasted >= timeout)
            _resume.Doubt();

        // A server that ends watches as soon as it has said something is followed, but not in a hot loop.
        if (lasted < ShortestWatch && _watchWasShort)
            await Task.Delay(ShortestWatch - lasted, time, stop);
        _watchWasShort = lasted < ShortestWatch;
    }

    private TimeSpan TimeUntil(long? due) => due is not { } at ? Timeout.InfiniteTimeSpan
        : time.GetElapsedTime(time.GetTimestamp(), at) is { Ticks: > 0 } rest ? rest : TimeSpan.Zero;

    private static ApiException Fault(ApiStatus? error) => new(
        (HttpStatusCode)(error?.Code ?? 0), $"the watch ended with an error: {error?.Message ?? "none given"}", error);
}

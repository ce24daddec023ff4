using System.Net;
using System.Reactive.Linq;
using System.Runtime.CompilerServices;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Follows all objects of a kind: list, watch from the list's version, resume where the watch ended; by long-poll or by
/// polling where the server has nothing better. Any fault leaves <see cref="FollowAsync"/>; the next call goes on from
/// where the last one stood.
/// </summary>
/// <param name="backoff">Gives the delay after a fault; called once for each.</param>
internal sealed class Reflector<T>(
    IResourceApi<T> api, StreamStatus status, FollowRules rules, Func<TimeSpan> backoff, TimeProvider time, Random random)
    where T : class, IResource
{
    /// <summary>Objects to a page of a list.</summary>
    public const int PageSize = 500;

    /// <summary>A server's <c>Retry-After</c> is honoured up to this.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A watch that ends earlier than this and has said nothing is a fault, or it would be a hot loop. A long-poll that is
    /// answered earlier than this and with nothing new is none.
    /// </summary>
    public static readonly TimeSpan ShortestWatch = TimeSpan.FromSeconds(1);

    /// <summary>After an outage the watch is resumed, and checked by a list after one to two times this. The spread keeps
    /// clients from listing all together.</summary>
    public static readonly TimeSpan CheckDelay = TimeSpan.FromSeconds(10);

    /// <summary>A streaming list in which nothing comes for so long is given up for an ordinary one: some servers know no end of it.</summary>
    public static readonly TimeSpan StreamingListPatience = TimeSpan.FromSeconds(10);

    private readonly ResumePoint _resume = new(time);
    private readonly FollowPlan _plan = new(rules, time);
    private bool _wasShort;

    /// <summary>Nothing was heard since the list: a watch that is refused now is refused for good.</summary>
    private bool _isFresh;

    /// <summary>Not for the first list, which may wait for nothing, nor for one after a fault.</summary>
    private bool _mayStreamList;
    private bool _hasNoStreamingLists;

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
            await using var changes = Next(stop).GetAsyncEnumerator(stop);
            while (true)
            {
                try
                {
                    if (!await changes.MoveNextAsync())
                        break;
                }
                catch (Exception fault)
                {
                    _mayStreamList &= !_resume.NeedsList && _plan.Mode == FollowMode.Watch && !IsRefused(fault);
                    _resume.Failed(fault);
                    if (_plan.Mode != FollowMode.Watch)
                        _resume.Doubt();
                    _plan.TryBest();
                    throw;
                }

                yield return changes.Current;
            }
        }
    }

    private IAsyncEnumerable<Change<T>> Next(CancellationToken stop) => _plan.Mode switch
    {
        _ when _resume.NeedsList => MayStreamList ? WatchAsync(stop, isList: true) : ListAsync(stop),
        FollowMode.Watch => WatchAsync(stop),
        FollowMode.LongPoll => LongPollAsync(stop),
        _ => PollAsync(stop),
    };

    private bool MayStreamList =>
        _mayStreamList && !_hasNoStreamingLists && _plan.Mode == FollowMode.Watch && api.Dialect == Dialect.Kubernetes;

    private async IAsyncEnumerable<Change<T>> ListAsync([EnumeratorCancellation] CancellationToken stop)
    {
        status.Listing();
        var list = new PagedList<T>(api, new ListQuery(_resume.Version, PageSize, null));
        await foreach (var change in list.ReadAsync(stop))
            yield return change;
        Listed(list.Count, list.End!.ResourceVersion, list.Skipped);
        yield return Change<T>.ListEnded;
        status.Known();
    }

    private void Listed(int count, string? version, int skipped = 0)
    {
        _resume.Listed(version);
        if (_plan.Mode != FollowMode.Poll)
            _plan.Listed();
        status.Listed(count, _resume.Version, skipped);
        (_isFresh, _mayStreamList) = (true, true);
    }

    private async IAsyncEnumerable<Change<T>> PollAsync([EnumeratorCancellation] CancellationToken stop)
    {
        status.Following(api.Dialect, _plan);
        await Task.Delay(_plan.PollInterval, time, stop);
        if (IsRelistDue)
            _plan.TryBest();
        await foreach (var change in ListAsync(stop))
            yield return change;
    }

    private async IAsyncEnumerable<Change<T>> LongPollAsync([EnumeratorCancellation] CancellationToken stop)
    {
        if (IsRelistDue)
        {
            _plan.TryBest();
            _resume.Doubt();
            yield break;
        }

        if (_resume.Version is null)
        {
            _plan.FallBack("its lists have no resourceVersion");
            yield break;
        }

        var began = time.GetTimestamp();
        var longest = _plan.RelistDue(api.Dialect) is { } due ? Math.Max(1, (int)time.GetElapsedTime(began, due).TotalSeconds) : int.MaxValue;
        var timeout = TimeSpan.FromSeconds(Math.Min(random.Next(30, 61), longest));
        var query = new ListQuery(_resume.Version, null, null, timeout);
        var list = new PagedList<T>(api, query);
        await using var changes = list.ReadAsync(stop).GetAsyncEnumerator(stop);
        var patience = Task.Delay(ShortestWatch / 2, time, stop);
        var isShort = true;
        while (true)
        {
            var next = changes.MoveNextAsync().AsTask();
            if (isShort && await Task.WhenAny(next, patience) == patience)
            {
                isShort = false;
                status.Following(api.Dialect, _plan);
            }

            if (!await next)
                break;
            yield return changes.Current;
        }

        var isUnchanged = list.End == ListMeta.Unchanged || list.End!.ResourceVersion == query.ResourceVersion;
        if (isShort && isUnchanged)
        {
            _plan.FallBack("it answers a long-poll at once, though nothing is new");
            yield break;
        }

        if (!isUnchanged)
        {
            _resume.Listed(list.End!.ResourceVersion);
            status.Listed(list.Count, _resume.Version, list.Skipped);
            yield return Change<T>.ListEnded;
        }

        status.Following(api.Dialect, _plan);
        await SlowDown(isShort, began, stop);
    }

    private bool IsRelistDue => _plan.RelistDue(api.Dialect) is { } due && time.GetTimestamp() >= due;

    /// <param name="isList">
    /// A streaming list: what there is comes first, is collected aside as any list, and the watch goes on behind it.
    /// </param>
    private async IAsyncEnumerable<Change<T>> WatchAsync([EnumeratorCancellation] CancellationToken stop, bool isList = false)
    {
        var began = time.GetTimestamp();
        var checkDue = !_resume.IsDoubtful ? (long?)null
            : _resume.CheckDue ?? began + (long)(CheckDelay.TotalSeconds * (1 + random.NextDouble()) * time.TimestampFrequency);
        using var check = new CancellationTokenSource(isList ? StreamingListPatience : TimeUntil(Earliest(checkDue)), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(check.Token, stop);
        var (silent, count) = (true, 0);
        var timeout = TimeSpan.FromSeconds(random.Next(300, 601));
        var query = new WatchQuery(_resume.Version ?? "", timeout, isList);
        if (isList)
        {
            status.Listing();
            yield return Change<T>.ListBegan;
        }

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
                _hasNoStreamingLists |= isList;
                _resume.Doubt();
                yield break;
            }
            catch (Exception refusal) when (isList && IsRefused(refusal))
            {
                _hasNoStreamingLists = true;
                yield break;
            }
            catch (Exception refusal) when (_isFresh && IsRefused(refusal) && _plan.FallBack(refusal.Message))
            {
                yield break;
            }

            var said = events.Current;
            if (said.Type == WatchEventType.Error)
                throw Fault(said.Error);
            if (isList)
            {
                check.CancelAfter(StreamingListPatience);
                if (said.EndsInitialEvents)
                {
                    Listed(count, said.Object!.Metadata.ResourceVersion);
                    yield return Change<T>.ListEnded;
                    status.Known();
                    Opened(null);
                    check.CancelAfter(TimeUntil(Earliest(null)));
                    isList = false;
                }
                else if (said.Type is WatchEventType.Added or WatchEventType.Modified)
                {
                    count++;
                    yield return new(ChangeKind.Listed, said.Object!.Metadata.Key, said.Object);
                }
                else if (said.Type == WatchEventType.Deleted)
                {
                    throw new IOException("a streaming list told a deletion before its end");
                }

                continue;
            }

            if (said.Type == WatchEventType.Opened)
            {
                Opened(checkDue);
                continue;
            }

            silent = _isFresh = false;
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

        if (isList)
            throw new IOException("a streaming list ended before its end was told");
        var lasted = time.GetElapsedTime(began);
        if (silent && lasted < ShortestWatch)
            throw new IOException("the watch ended at once and had said nothing");
        _isFresh = false;
        status.Ended();
        _resume.Ended();

        // A version from the server's future is watched in silence. A watch that ran its whole time without even a
        // bookmark is therefore checked by a list.
        if (silent && lasted >= timeout)
            _resume.Doubt();
        await SlowDown(lasted < ShortestWatch, began, stop);
    }

    private void Opened(long? checkDue)
    {
        _resume.Opened();
        status.Watching(_resume.Version, _resume.IsDoubtful);
        status.Following(api.Dialect, _plan);
        _resume.CheckDue = checkDue;
    }

    /// <summary>A server that ends requests as soon as it has said something is followed, but not in a hot loop.</summary>
    private async Task SlowDown(bool isShort, long began, CancellationToken stop)
    {
        if (isShort && _wasShort && ShortestWatch - time.GetElapsedTime(began) is { Ticks: > 0 } rest)
            await Task.Delay(rest, time, stop);
        _wasShort = isShort;
    }

    /// <summary>Whether the answer says that there is no watch here, rather than that something went wrong.</summary>
    private static bool IsRefused(Exception fault) =>
        fault is WatchRefusedException || (fault is ApiException answer && (int)answer.Code is 400 or 404 or 405 or 422 or 426 or 501);

    private long? Earliest(long? checkDue) =>
        _plan.RelistDue(api.Dialect) is { } relist && !(checkDue < relist) ? relist : checkDue;

    private TimeSpan TimeUntil(long? due) => due is not { } at ? Timeout.InfiniteTimeSpan
        : time.GetElapsedTime(time.GetTimestamp(), at) is { Ticks: > 0 } rest ? rest : TimeSpan.Zero;

    private static ApiException Fault(ApiStatus? error) => new(
        (HttpStatusCode)(error?.Code ?? 0), $"the watch ended with an error: {error?.Message ?? "none given"}", error);
}

using System.Reactive.Linq;
using System.Runtime.CompilerServices;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Follows all objects of a kind: list, watch from the list's version, resume where the watch ended; by long-poll or by
/// polling where the server has nothing better. Any fault leaves <see cref="FollowAsync"/>; the next call goes on from
/// where the last one stood.
/// </summary>
/// <param name="backoff">Gives the delay after a fault; called once for each.</param>
internal sealed partial class Reflector<T>(
    IResourceApi<T> api, StreamStatus status, FollowRules rules, Func<TimeSpan> backoff, TimeProvider time, Random random)
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

    /// <summary>A streaming list that has no end within this is given up for an ordinary one: some servers know none.</summary>
    public static readonly TimeSpan StreamingListPatience = TimeSpan.FromSeconds(20);

    /// <summary>A list that is doubted is asked for again after this: long enough for a server that is coming up to come up.</summary>
    public static readonly TimeSpan ConfirmDelay = TimeSpan.FromSeconds(5);

    /// <summary>So many watches in a row that fail without a word, while lists are answered, are no watch.</summary>
    private const int FailedWatches = 3;

    /// <summary>Of the lists, and of what a watch may add to one.</summary>
    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>As the other backoff, for versions that are refused again and again.</summary>
    public Func<TimeSpan>? RefusalBackoff { get; init; }

    private readonly ResumePoint _resume = new(time);
    private readonly FollowPlan _plan = new(rules, time);

    /// <summary>Of the list that is asked for, or is asked for next.</summary>
    private ListReason _reason;
    private bool _wasShort;

    /// <summary>Objects that watches have told since the list.</summary>
    private int _told;

    /// <summary>Nothing was heard since the list: a watch that is refused now is refused for good.</summary>
    private bool _isFresh;

    /// <summary>Not for the first list, which may wait for nothing, nor for one after a fault.</summary>
    private bool _mayStreamList;
    private bool _hasNoStreamingLists;

    /// <summary>It was asked for a watch, and that it opens one says nothing: a list may come of it.</summary>
    private bool _hasNoWatch;

    /// <summary>Watches in a row that failed without a word right behind a list.</summary>
    private int _failedWatches;

    /// <summary>It was followed without a watch before the present fault.</summary>
    private bool _wasPolled;

    private ListDoubt _doubt = ListDoubt.None;

    /// <summary>When the next list is asked for, which is to confirm the last one; null when that is believed.</summary>
    private long? _confirmDue;

    /// <summary>When a list is asked for that checks what the last one was silent about; null when there was nothing.</summary>
    private long? _lossDue;

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
            // Outages say nothing of how soon a list would help against a version that is refused.
            delay = ResumePoint.IsRefusal(fault) && RefusalBackoff is { } own ? own() : backoff();
            if (_wasPolled && delay > 2 * _plan.PollInterval)
                delay = 2 * _plan.PollInterval;
            if (fault is ApiException { RetryAfter: { } wanted } && wanted > delay)
                delay = wanted < LongestRetryAfter ? wanted : LongestRetryAfter;
        }

        status.Failed(fault, delay);
        return delay;
    }

    /// <summary>To be told behind each change, before the next is asked for: what is doubted of the last list.</summary>
    public void Doubts(ListDoubt doubt)
    {
        if (ReferenceEquals(doubt, _doubt))
            return;
        _doubt = doubt;
        _confirmDue = doubt.Held > 0 ? In(ConfirmDelay) : null;

        // Too few to be held back; but a watch would never tell that they are still there.
        _lossDue = doubt.Lost > 0 ? In(CheckDelay * (1 + random.NextDouble())) : null;
        status.Doubted(doubt, ConfirmDelay);
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
                    if (_isFresh && !_resume.NeedsList && _plan.Mode == FollowMode.Watch && IsFailedWatch(fault))
                        _failedWatches++;
                    _wasPolled |= _plan.Mode != FollowMode.Watch;
                    var neededList = _resume.NeedsList;
                    _resume.Failed(fault);
                    if (_plan.Mode != FollowMode.Watch)
                        _resume.Doubt();
                    if (ResumePoint.IsRefusal(fault))
                        _reason = ListReason.Expired;
                    else if (_resume.NeedsList && !neededList)
                        _reason = ListReason.CannotResume;
                    _plan.TryBest();
                    throw;
                }

                yield return changes.Current;
            }
        }
    }

    private IAsyncEnumerable<Change<T>> Next(CancellationToken stop) => _plan.Mode switch
    {
        _ when _confirmDue is { } due => ConfirmAsync(due, stop),
        _ when _resume.NeedsList => MayStreamList ? StreamListAsync(stop) : ListAsync(_lossDue is null ? _resume.Version : null, stop),
        FollowMode.Watch => WatchAsync(stop),
        FollowMode.LongPoll => LongPollAsync(stop),
        _ => PollAsync(stop),
    };

    private bool MayStreamList =>
        _mayStreamList && !_hasNoStreamingLists && _lossDue is null && _plan.Mode == FollowMode.Watch && api.Dialect == Dialect.Kubernetes;

    /// <summary>The very newest list there is: one that may be as old as the one that is doubted proves nothing.</summary>
    private async IAsyncEnumerable<Change<T>> ConfirmAsync(long due, [EnumeratorCancellation] CancellationToken stop)
    {
        _reason = ListReason.Doubt;
        if (TimeUntil(due) is { Ticks: > 0 } rest)
            await Task.Delay(rest, time, stop);
        await foreach (var change in ListAsync(null, stop))
            yield return change;
    }

    private async IAsyncEnumerable<Change<T>> ListAsync(string? version, [EnumeratorCancellation] CancellationToken stop)
    {
        status.Listing();
        var list = new PagedList<T>(api, new ListQuery(version, PageSize, null), Limits, time);
        await foreach (var change in list.ReadAsync(stop))
            yield return change;
        Listed(list.Count, list.End!.ResourceVersion, list.Skipped);
        yield return Ended;
        status.Known();
    }

    /// <summary>The list is whole as of this moment.</summary>
    private Change<T> Ended => Change<T>.ListEnded with { Version = _resume.Version, At = time.GetTimestamp() };

    /// <summary>A timestamp that lies ahead.</summary>
    private long In(TimeSpan delay) => time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);

    private void Listed(int count, string? version, int skipped = 0)
    {
        _resume.Listed(version);
        if (_plan.Mode != FollowMode.Poll)
            _plan.Listed();
        status.Listed(count, _resume.Version, skipped, _reason);
        (_isFresh, _mayStreamList, _wasPolled, _told) = (true, true, false, 0);
    }

    /// <summary>A server that ends requests as soon as it has said something is followed, but not in a hot loop.</summary>
    private async Task SlowDown(bool isShort, long began, CancellationToken stop)
    {
        if (isShort && _wasShort && ShortestWatch - time.GetElapsedTime(began) is { Ticks: > 0 } rest)
            await Task.Delay(rest, time, stop);
        _wasShort = isShort;
    }
}

using System.Net;
using System.Runtime.CompilerServices;

namespace Minik8s.FileSd.Cluster;

/// <remarks>Following by a watch.</remarks>
internal sealed partial class Reflector<T>
{
    private async IAsyncEnumerable<Change<T>> WatchAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var checkDue = !_resume.IsDoubtful ? _lossDue : _resume.CheckDue ?? In(CheckDelay * (1 + random.NextDouble()));
        var query = new WatchQuery(_resume.Version ?? "", WatchTimeout());
        using var check = new CancellationTokenSource(TimeUntil(Earliest(checkDue, query.Timeout)), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(check.Token, stop);

        // Whoever does not say at all that it watches is better polled. Kubernetes may say so only with its first event.
        if (api.Dialect != Dialect.Kubernetes)
            check.CancelAfter(_plan.PollInterval);
        await using var events = api.WatchAsync(query, either.Token).GetAsyncEnumerator(either.Token);
        await foreach (var change in EventsAsync(events, query.Timeout, check, checkDue, stop))
            yield return change;
    }

    /// <summary>
    /// A list by a watch: what there is comes first, and is collected aside as any list; the watch goes on behind it.
    /// Whatever comes instead, the next list is an ordinary one, and where it is no fault so are all others.
    /// </summary>
    private async IAsyncEnumerable<Change<T>> StreamListAsync([EnumeratorCancellation] CancellationToken stop)
    {
        status.Listing();
        yield return Change<T>.ListBegan;
        using var check = new CancellationTokenSource(StreamingListPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(check.Token, stop);
        var query = new WatchQuery(_resume.Version ?? "", WatchTimeout(), SendsInitialEvents: true);
        await using var events = api.WatchAsync(query, either.Token).GetAsyncEnumerator(either.Token);
        for (var count = 0; ;)
        {
            try
            {
                if (!await events.MoveNextAsync() || events.Current.Type == WatchEventType.Deleted)
                    _hasNoStreamingLists = true;
            }
            catch (Exception refusal) when (IsRefused(refusal) || (check.IsCancellationRequested && !stop.IsCancellationRequested))
            {
                _hasNoStreamingLists = true;
            }

            if (_hasNoStreamingLists)
                yield break;
            var said = events.Current;
            if (said.Type == WatchEventType.Error)
                throw Fault(said.Error);
            if (said.EndsInitialEvents)
            {
                Listed(count, said.Object!.Metadata.ResourceVersion);
                break;
            }

            // What is as it was told before is in the list already.
            if (said.Type is WatchEventType.Added or WatchEventType.Modified && said.Extent == WatchExtent.Whole)
            {
                count++;
                yield return new(ChangeKind.Listed, said.Object!.Key, said.Object);
            }
        }

        yield return Ended;
        status.Known();
        if (_confirmDue is not null)
            yield break;
        check.CancelAfter(TimeUntil(Earliest(null, query.Timeout)));
        Opened(null);
        await foreach (var change in EventsAsync(events, query.Timeout, check, null, stop))
            yield return change;
    }

    /// <param name="check">Ends the watch when a list is due.</param>
    private async IAsyncEnumerable<Change<T>> EventsAsync(
        IAsyncEnumerator<WatchEvent<T>> events, TimeSpan timeout, CancellationTokenSource check, long? checkDue, [EnumeratorCancellation] CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var (isSilent, isOpen) = (true, false);
        Task? settled = null;
        while (true)
        {
            try
            {
                var next = events.MoveNextAsync().AsTask();

                // A watch in which nothing happens is one, too, once it has lasted.
                if (settled is not null && await Task.WhenAny(next, settled) == settled && isSilent)
                    Worked();
                settled = null;
                if (!await next)
                    break;
            }
            catch (OperationCanceledException) when (check.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                if (!isOpen && api.Dialect != Dialect.Kubernetes && _plan.FallBack("it does not answer one"))
                    yield break;
                Worked();
                DoubtBecause(!IsOver(checkDue) && IsOver(_plan.RelistDue(api.Dialect)) ? ListReason.Interval : ListReason.Check);
                yield break;
            }
            catch (Exception refusal) when (_isFresh && (IsRefused(refusal) || HasFailedBefore(refusal)))
            {
                if (_plan.FallBack(refusal.Message))
                    yield break;
                if (!IsRefused(refusal))
                    throw;
                _hasNoWatch = true;
                throw new WatchRefusedException($"--api.follow watch wants a watch, and the server has none ({refusal.Message}); auto takes what it has");
            }

            var said = events.Current;
            if (said.Type == WatchEventType.Opened)
            {
                (isOpen, settled) = (true, Task.Delay(ShortestWatch, time, stop));
                check.CancelAfter(TimeUntil(Earliest(checkDue, timeout)));
                Opened(checkDue);
                continue;
            }

            if (said.Type == WatchEventType.Error)
                throw Fault(said.Error);
            if (isSilent)
                Worked();
            isSilent = _hasNoWatch = false;
            _resume.Heard(said.Object?.Metadata.ResourceVersion);
            switch (said.Type)
            {
                case WatchEventType.Added or WatchEventType.Modified when said.Extent == WatchExtent.Unchanged:
                    yield return Told(ChangeKind.Confirmed, said, null);
                    break;
                case WatchEventType.Added or WatchEventType.Modified:
                    yield return Told(ChangeKind.Applied, said, said.Object);
                    break;
                case WatchEventType.Deleted:
                    yield return Told(ChangeKind.Deleted, said, null);
                    break;
                case WatchEventType.Unknown:
                    status.HeardUnknown(said.Name);
                    break;
            }

            status.Heard(said.Type);

            // Each may have had a new name, and only a list counts them.
            if (said.Type is WatchEventType.Added or WatchEventType.Modified && ++_told > Limits.ListObjects)
            {
                DoubtBecause(ListReason.Check);
                yield break;
            }
        }

        var lasted = time.GetElapsedTime(began);
        if (isSilent && lasted < ShortestWatch)
        {
            const string ended = "the watch ended at once and had said nothing";
            if (_isFresh && _failedWatches >= FailedWatches - 1 && _plan.FallBack(ended))
                yield break;
            throw new IOException(ended);
        }

        Worked();
        status.Ended();
        _resume.Ended();
        if (_resume.NeedsList)
            _reason = ListReason.CannotResume;

        // A version from the server's future is watched in silence. A watch that ran its whole time without even a
        // bookmark is therefore checked by a list.
        if (isSilent && lasted >= timeout)
            DoubtBecause(ListReason.Check);
        await SlowDown(lasted < ShortestWatch, began, stop);
    }

    private void DoubtBecause(ListReason reason)
    {
        _resume.Doubt();
        _reason = reason;
    }

    private Change<T> Told(ChangeKind kind, WatchEvent<T> said, T? item)
    {
        status.Decoded(said.ReadAt);
        return new(kind, said.Object!.Key, item) { Version = said.Object.Metadata.ResourceVersion, At = said.ReadAt };
    }

    private void Opened(long? checkDue)
    {
        _resume.Opened();
        status.Watching(_resume.Version, _resume.IsDoubtful || _hasNoWatch);
        status.Following(api.Path, api.Dialect, _plan, isSure: false);
        _resume.CheckDue = checkDue;
    }

    /// <summary>This server has a watch: what happens to it from now on is an outage.</summary>
    private void Worked()
    {
        (_failedWatches, _isFresh) = (0, false);
        status.Following(api.Path, api.Dialect, _plan);
    }

    /// <summary>Servers should end a watch after this; spread, so that they do not come again all together.</summary>
    private TimeSpan WatchTimeout() => TimeSpan.FromSeconds(random.Next(300, 601));

    /// <summary>Whether the answer says that there is no watch here, rather than that something went wrong.</summary>
    private static bool IsRefused(Exception fault) =>
        fault is WatchRefusedException || (fault is ApiException answer && (int)answer.Code is 400 or 404 or 405 or 422 or 426 or 501);

    /// <summary>Lists work, and one watch after the other fails before it has said a word: that is no watch, either.</summary>
    private bool HasFailedBefore(Exception fault) => _failedWatches >= FailedWatches - 1 && IsFailedWatch(fault);

    /// <summary>The server was there, and had no better answer than this.</summary>
    private static bool IsFailedWatch(Exception fault) => fault switch
    {
        ApiException api => api.Code >= HttpStatusCode.InternalServerError && !ResumePoint.IsRefusal(api),
        HttpRequestException http => http.HttpRequestError
            is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError),
        _ => fault is IOException or System.Text.Json.JsonException,
    };

    /// <summary>When a list is due; also for a watch that goes on after its time: some answer with nothing but signs of life.</summary>
    private long? Earliest(long? checkDue, TimeSpan timeout)
    {
        var due = In(timeout + (2 * ResourceApi<T>.WatchIdleGrace));
        if (_plan.RelistDue(api.Dialect) is { } relist && relist < due)
            due = relist;
        return checkDue < due ? checkDue : due;
    }

    private TimeSpan TimeUntil(long? due) => due is not { } at ? Timeout.InfiniteTimeSpan
        : time.GetElapsedTime(time.GetTimestamp(), at) is { Ticks: > 0 } rest ? rest : TimeSpan.Zero;

    private bool IsOver(long? due) => due is { } at && time.GetTimestamp() >= at;

    private static ApiException Fault(ApiStatus? error) => new(
        (HttpStatusCode)(error?.Code ?? 0), $"the watch ended with an error: {error?.Message ?? "none given"}", error);
}

using System.Net;
using System.Runtime.CompilerServices;

namespace Minik8s.FileSd.Cluster;

/// <remarks>Following by a watch, and by one that begins with the list.</remarks>
internal sealed partial class Reflector<T>
{
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
                if (!isList)
                    status.Following(api.Path, api.Dialect, _plan);
                _resume.Doubt();
                yield break;
            }
            catch (Exception refusal) when (isList && IsRefused(refusal))
            {
                _hasNoStreamingLists = true;
                yield break;
            }
            catch (Exception refusal) when (_isFresh && IsRefused(refusal))
            {
                if (_plan.FallBack(refusal.Message))
                    yield break;
                _hasNoWatch = true;
                throw new WatchRefusedException($"--api.follow watch wants a watch, and the server has none ({refusal.Message}); auto takes what it has");
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

            if (silent)
                status.Following(api.Path, api.Dialect, _plan);
            silent = _isFresh = _hasNoWatch = false;
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
        status.Watching(_resume.Version, _resume.IsDoubtful || _hasNoWatch);
        status.Following(api.Path, api.Dialect, _plan, isSure: false);
        _resume.CheckDue = checkDue;
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

using System.Reactive.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Minik8s.FileSd.Streams;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Follows all objects of a kind: list, watch from the list's version, resume where the watch ended. Any fault leaves
/// <see cref="FollowAsync"/>; the next call goes on from where the last one stood, with a watch if the version can still
/// be used and with a list if not.
/// </summary>
/// <remarks>
/// The rules are those of client-go's Reflector: the first list takes any version (0), a relist one not older than the
/// last seen, and the newest there is (none) once the server has refused that one as expired or too large.
/// </remarks>
internal sealed class Reflector<T>(
    IResourceApi<T> api, StreamStatus status, Backoff backoff, TimeProvider time, Random random)
    where T : class, IResource
{
    /// <summary>Objects to a page of a list.</summary>
    public const int PageSize = 500;

    /// <summary>A server's <c>Retry-After</c> is honoured up to this.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>A watch that ends earlier than this and has said nothing is a fault, or it would be a hot loop.</summary>
    public static readonly TimeSpan ShortestWatch = TimeSpan.FromSeconds(1);

    // What resuming needs. The version is opaque: it is never parsed or compared.
    private Next _next = Next.List;
    private string? _version = "0";

    // Version refusals since the server last let us get on: the first is answered at once, the others back off.
    private int _refusals;

    private enum Next { List, Watch }

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
        if (!IsVersionRefusal(fault) || _refusals > 1)
        {
            delay = backoff.Next();
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
            await foreach (var change in Noting(_next == Next.List ? ListAsync(stop) : WatchAsync(stop)))
                yield return change;
        }
    }

    private async IAsyncEnumerable<Change<T>> ListAsync([EnumeratorCancellation] CancellationToken stop)
    {
        status.Listing();
        var count = 0;
        ListMeta? end;
        var page = new ListQuery(_version, PageSize, null);
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
                catch (ApiException expired) when (expired.IsExpired && page.Continue is not null)
                {
                    // The pages' snapshot is gone: the whole list in one piece cannot expire half-way.
                    (page, count, end) = (new ListQuery(_version, null, null), 0, null);
                    break;
                }

                end = parts.Current.End;
                if (parts.Current.Item is not { } item)
                    continue;
                count++;
                yield return new(ChangeKind.Listed, item.Metadata.Key, item);
            }

            if (end is not null)
                page = new ListQuery(null, page.Limit, end.Continue);
        }
        while (end is null || page.Continue is { Length: > 0 });

        (_version, _next) = (end.ResourceVersion is { Length: > 0 } version ? version : null, Next.Watch);
        status.Listed(count, _version);
        yield return Change<T>.ListEnded;
    }

    private async IAsyncEnumerable<Change<T>> WatchAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var began = time.GetTimestamp();
        var silent = true;
        var timeout = TimeSpan.FromSeconds(random.Next(300, 601));
        await foreach (var said in api.WatchAsync(new WatchQuery(_version ?? "", timeout), stop))
        {
            if (said.Type == WatchEventType.Opened)
            {
                status.Watching(_version);
                continue;
            }

            if (said.Type == WatchEventType.Error)
                throw new ApiException(
                    (System.Net.HttpStatusCode)(said.Error?.Code ?? 0),
                    $"the watch ended with an error: {said.Error?.Message ?? "none given"}",
                    said.Error);
            silent = false;
            _refusals = 0;
            if (said.Object?.Metadata.ResourceVersion is { Length: > 0 } version)
                _version = version;
            status.Heard();
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
        }

        var lasted = time.GetElapsedTime(began);
        if (silent && lasted < ShortestWatch)
            throw new IOException("the watch ended at once and had said nothing");
        status.Ended();

        // A version from the server's future (it was restored from a backup) is watched in silence, without an error.
        // A watch that ran its whole time without even a bookmark is therefore checked by a list.
        if (_version is null || (silent && lasted >= timeout))
            _next = Next.List;
    }

    /// <summary>Notes from a fault what the next call has to begin with, and lets it pass.</summary>
    private async IAsyncEnumerable<Change<T>> Noting(IAsyncEnumerable<Change<T>> changes)
    {
        await using var each = changes.GetAsyncEnumerator(CancellationToken.None);
        while (true)
        {
            try
            {
                if (!await each.MoveNextAsync())
                    yield break;
            }
            catch (Exception fault)
            {
                Note(fault);
                throw;
            }

            yield return each.Current;
        }
    }

    private void Note(Exception fault)
    {
        if (IsVersionRefusal(fault))
        {
            _refusals++;
            // A list that refuses its version is asked for the newest; a watch that does is helped by a newer list.
            if (_next == Next.List || fault is ApiException { IsVersionTooLarge: true })
                _version = null;
            _next = Next.List;
        }
        else if (_version is null || !CanResumeAfter(fault))
        {
            _next = Next.List;
        }
    }

    private static bool IsVersionRefusal(Exception fault) => fault is ApiException { IsExpired: true } or ApiException { IsVersionTooLarge: true };

    /// <summary>
    /// Whether the version is still good: the server was away, busy or not sure who we are. After any other answer, or
    /// one that cannot be read, the list is asked again, so that a server that refuses to watch is at least polled.
    /// </summary>
    private static bool CanResumeAfter(Exception fault) => fault switch
    {
        ApiException api => (int)api.Code is 401 or 408 or 429 or >= 500,
        JsonException => false,
        _ => true,
    };
}

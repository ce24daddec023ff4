using Minik8s.ApiServer.Selection;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Http;

/// <summary>
/// One watch: initial events where they are asked for, then every write after the cursor, until its time is over, the
/// client goes or the cursor has been compacted. It reads the store's history at its own pace and holds nobody up.
/// </summary>
/// <param name="beginsEmpty">Its initial events are those of a server that has nothing.</param>
internal sealed class WatchStream(
    Store store, ApiServerOptions settings, ObjectSelection selection, ListOptions options, FrameWriter frames, bool beginsEmpty)
{
    /// <summary>Real servers end a watch that names no time after half an hour to an hour.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(45);

    private const int BatchSize = 128;

    /// <summary>The refusal that comes as a status before the stream, if the server is set to refuse that way.</summary>
    public Status? Refusal()
    {
        var oldest = store.OldestVersion;
        return settings.ExpiredAsStatus && !WantsInitialEvents && options.ResourceVersion < oldest
            ? Status.TooOld(options.ResourceVersion.Value, oldest)
            : null;
    }

    /// <summary>Without a version, and with version 0, a watch begins with what there is.</summary>
    private bool WantsInitialEvents => options.SendInitialEvents ?? options.ResourceVersion is null or 0;

    /// <param name="sendHeaders">Null: they go with the first event.</param>
    /// <param name="ended">The server wants the stream to end, in good order.</param>
    /// <param name="aborted">The client has gone.</param>
    public async Task RunAsync(Func<CancellationToken, Task>? sendHeaders, CancellationToken ended, CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ended, aborted);
        try
        {
            // The timers come before the headers: who has seen the headers may move the clock.
            var over = Task.Delay(options.Timeout ?? DefaultTimeout, settings.TimeProvider, stop.Token);
            var bookmarkDue = NextBookmark(stop.Token);
            if (sendHeaders is not null)
            {
                await sendHeaders(aborted);
            }

            if (await BeginAsync(aborted) is { } cursor)
            {
                await FollowAsync(cursor, over, bookmarkDue, stop.Token, ended, aborted);
            }
        }
        finally
        {
            // Its timers would outlive it.
            await stop.CancelAsync();
        }
    }

    private async Task FollowAsync(
        long cursor, Task over, Task bookmarkDue, CancellationToken stop, CancellationToken ended, CancellationToken aborted)
    {
        var batch = new StoreEvent[BatchSize];
        while (!ended.IsCancellationRequested)
        {
            var count = store.Read(cursor, batch);
            if (count < 0)
            {
                frames.WriteError(Status.TooOld(cursor, store.OldestVersion));
                await frames.FlushAsync(aborted);
                return;
            }

            if (count > 0)
            {
                await WriteAsync(batch.AsMemory(0, count), aborted);
                cursor = batch[count - 1].Version;
                Array.Clear(batch, 0, count);
            }
            else
            {
                await Task.WhenAny(store.ChangeAfter(cursor), over, bookmarkDue);
                aborted.ThrowIfCancellationRequested();
            }

            // Also between batches: under constant churn the loop never waits.
            var isOver = over.IsCompleted;
            if (isOver || bookmarkDue.IsCompleted)
            {
                await WriteBookmarkAsync(cursor, aborted);
                bookmarkDue = NextBookmark(stop);
            }

            if (isOver)
            {
                return;
            }
        }
    }

    /// <returns>The version to follow from; null when the stream is over already.</returns>
    private async Task<long?> BeginAsync(CancellationToken aborted)
    {
        var now = store.Current;
        if (!WantsInitialEvents)
        {
            return options.ResourceVersion is null or 0 ? now.Version : options.ResourceVersion;
        }

        if (options.ResourceVersion > now.Version)
        {
            frames.WriteError(Status.VersionTooLarge(options.ResourceVersion.Value, now.Version));
            await frames.FlushAsync(aborted);
            return null;
        }

        foreach (var o in beginsEmpty ? [] : now.Range(selection.Kind, selection.Namespace).Where(selection.Matches))
        {
            frames.Write(EventType.Added, o);
            if (frames.IsDue)
            {
                await frames.FlushAsync(aborted);
            }
        }

        if (options is { SendInitialEvents: true, AllowWatchBookmarks: true })
        {
            frames.WriteBookmark(selection.Kind, now.Version, endsInitialEvents: true);
        }

        await frames.FlushAsync(aborted);
        return now.Version;
    }

    private async Task WriteAsync(ReadOnlyMemory<StoreEvent> events, CancellationToken aborted)
    {
        for (var i = 0; i < events.Length; i++)
        {
            var written = events.Span[i];
            var seen = selection.Seen(written);
            if (seen == EventType.None)
            {
                continue;
            }

            frames.Write(seen, seen == EventType.Deleted ? written.Gone : written.Current!);
            if (frames.IsDue)
            {
                await frames.FlushAsync(aborted);
            }
        }

        await frames.FlushAsync(aborted);
    }

    private async Task WriteBookmarkAsync(long cursor, CancellationToken aborted)
    {
        // A watch from a version that has not come yet has nothing to say.
        if (options.AllowWatchBookmarks && cursor <= store.Current.Version)
        {
            frames.WriteBookmark(selection.Kind, cursor, endsInitialEvents: false);
            await frames.FlushAsync(aborted);
        }
    }

    private Task NextBookmark(CancellationToken stop) => options.AllowWatchBookmarks
        ? Task.Delay(settings.BookmarkInterval, settings.TimeProvider, stop)
        : Task.Delay(Timeout.InfiniteTimeSpan, settings.TimeProvider, stop);
}

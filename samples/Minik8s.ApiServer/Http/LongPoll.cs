using Minik8s.ApiServer.Selection;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Http;

/// <summary>Waiting for a list to become newer than the caller's.</summary>
internal static class LongPoll
{
    /// <summary>
    /// True as soon as there is a newer list, at once also for a version that is not in the history (compacted, or of
    /// another life of the server): then nobody can tell that nothing has changed. False at the end of the time.
    /// </summary>
    /// <param name="ended">The server wants the wait to end, in good order.</param>
    /// <param name="aborted">The client has gone.</param>
    public static async Task<bool> WaitForNewerAsync(
        Store store, ObjectSelection selection, long version, TimeSpan timeout, TimeProvider time,
        CancellationToken ended, CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ended, aborted);
        var over = Task.Delay(timeout, time, stop.Token);
        var batch = new StoreEvent[64];
        try
        {
            if (version > store.Current.Version)
            {
                return true;
            }

            while (true)
            {
                var count = store.Read(version, batch);
                if (count < 0 || Array.Exists(batch[..count], written => selection.Seen(written) != EventType.None))
                {
                    return true;
                }

                if (count > 0)
                {
                    version = batch[count - 1].Version;
                    continue;
                }

                if (await Task.WhenAny(store.ChangeAfter(version), over) == over)
                {
                    aborted.ThrowIfCancellationRequested();
                    return false;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
    }
}

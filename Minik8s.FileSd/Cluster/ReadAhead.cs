using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Minik8s.FileSd.Cluster;

internal static class ReadAheadExtensions
{
    /// <summary>
    /// Lets the source go on by itself while what it has given is worked on, by so many items at the most: a list is decoded on
    /// one core and projected on another.
    /// </summary>
    /// <param name="isAlone">Whether an item is so large that there is to be none beside it: the source goes on when it is done with.</param>
    /// <param name="end">Ends the source; cancelled when nobody wants more of it. A fault of the source comes out behind its items.</param>
    public static async IAsyncEnumerable<T> ReadAhead<T>(
        this IAsyncEnumerable<T> source, int items, Func<T, bool> isAlone, CancellationTokenSource end, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(items) { SingleReader = true, SingleWriter = true });
        using var done = new SemaphoreSlim(0);
        var reading = Task.Run(() => ReadAsync(source, channel.Writer, isAlone, done, end.Token), CancellationToken.None);
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(stop))
            {
                yield return item;
                if (isAlone(item))
                    done.Release();
            }
        }
        finally
        {
            await end.CancelAsync();
            await reading;
        }
    }

    /// <summary>Never fails: a fault is told through the channel.</summary>
    private static async Task ReadAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<T> items, Func<T, bool> isAlone, SemaphoreSlim done, CancellationToken end)
    {
        try
        {
            await foreach (var item in source)
            {
                await items.WriteAsync(item, end);
                if (isAlone(item))
                    await done.WaitAsync(end);
            }

            items.Complete();
        }
        catch (Exception fault)
        {
            items.Complete(fault);
        }
    }
}

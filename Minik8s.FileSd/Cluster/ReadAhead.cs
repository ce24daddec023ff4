using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Minik8s.FileSd.Cluster;

internal static class ReadAheadExtensions
{
    /// <summary>
    /// Lets the source go on by itself while what it has given is worked on, by so many items at the most: a list is decoded on
    /// one core and projected on another.
    /// </summary>
    /// <param name="end">Ends the source; cancelled when nobody wants more of it. A fault of the source comes out behind its items.</param>
    public static async IAsyncEnumerable<T> ReadAhead<T>(
        this IAsyncEnumerable<T> source, int items, CancellationTokenSource end, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(items) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(source, channel.Writer, end.Token), CancellationToken.None);
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(stop))
                yield return item;
        }
        finally
        {
            await end.CancelAsync();
            await reading;
        }
    }

    /// <summary>Never fails: a fault is told through the channel.</summary>
    private static async Task ReadAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<T> items, CancellationToken end)
    {
        try
        {
            await foreach (var item in source)
                await items.WriteAsync(item, end);
            items.Complete();
        }
        catch (Exception fault)
        {
            items.Complete(fault);
        }
    }
}

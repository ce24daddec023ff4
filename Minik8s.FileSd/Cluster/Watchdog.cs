
namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Ends a request with a <see cref="TimeoutException"/> when its peer has said nothing for <paramref name="limit"/>:
/// a half-open connection, or a server that accepts and then hangs.
/// </summary>
internal sealed class Watchdog(TimeProvider time, TimeSpan limit, CancellationToken stop) : IDisposable
{
    private readonly CancellationTokenSource _silence = new(limit, time);
    private CancellationTokenSource? _either;

    /// <summary>Cancelled by silence or by <c>stop</c>.</summary>
    public CancellationToken Token =>
        (_either ??= CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, stop)).Token;

    /// <summary>The same stream; whatever is read from it proves that the peer is alive.</summary>
    public Stream Watch(Stream stream) => new ObservedStream(stream, _ => _silence.CancelAfter(limit));

    public async Task<TResult> Guard<TResult>(Task<TResult> task)
    {
        try
        {
            return await task;
        }
        catch (OperationCanceledException) when (_silence.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw Silent();
        }
    }

    public async IAsyncEnumerable<TItem> Guard<TItem>(IAsyncEnumerable<TItem> items)
    {
        await using var each = items.GetAsyncEnumerator(CancellationToken.None);
        while (await Guard(each.MoveNextAsync().AsTask()))
            yield return each.Current;
    }

    public void Dispose()
    {
        _either?.Dispose();
        _silence.Dispose();
    }

    private TimeoutException Silent() => new($"the server said nothing for {limit.TotalSeconds:0} s");
}

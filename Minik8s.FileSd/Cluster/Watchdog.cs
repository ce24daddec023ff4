
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
    public Stream Watch(Stream stream) => new WatchedStream(stream, () => _silence.CancelAfter(limit));

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

    private sealed class WatchedStream(Stream inner, Action alive) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            alive();
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}

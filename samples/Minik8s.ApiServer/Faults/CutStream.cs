namespace Minik8s.ApiServer.Faults;

/// <summary>A body that is well up to the cut. What the server writes after it is swallowed, or passes.</summary>
/// <param name="reached">Called once, after everything before the cut has been flushed; it may throw to stop the writer.</param>
internal sealed class CutStream(Stream inner, Fault.Cut cut, Func<Task> reached) : Stream
{
    private int _framesLeft = cut.AfterFrames;
    private long _bytesLeft = cut.AfterBytes;
    private bool _done;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_done)
        {
            var before = Before(buffer.Span);
            await inner.WriteAsync(buffer[..before], cancellationToken);
            buffer = buffer[before..];
            await CutIfReachedAsync(cancellationToken);
        }

        if (!_done || cut.Then == CutEnd.GoOn)
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await inner.FlushAsync(cancellationToken);
        await CutIfReachedAsync(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task CutIfReachedAsync(CancellationToken cancellationToken)
    {
        if (!_done && _framesLeft == 0 && _bytesLeft == 0)
        {
            _done = true;
            await inner.WriteAsync(cut.Insert ?? [], cancellationToken);
            await inner.FlushAsync(cancellationToken);
            await reached();
        }
    }

    /// <summary>How much of the bytes still stands before the cut.</summary>
    private int Before(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (_framesLeft > 0)
        {
            var newline = bytes[at..].IndexOf((byte)'\n');
            if (newline < 0)
            {
                return bytes.Length;
            }

            at += newline + 1;
            _framesLeft--;
        }

        var more = (int)Math.Min(_bytesLeft, bytes.Length - at);
        _bytesLeft -= more;
        return at + more;
    }
}

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// The object of an answer that has begun and is not whole yet. It may neither be longer nor take longer than
/// <see cref="Limits"/> say; and it is looked at again only when there is half as much again of it, so that it costs a few
/// times its length to read, however small the pieces it comes in.
/// </summary>
/// <param name="what">It is, for the fault.</param>
internal sealed class IncompleteObject(string what, Bounds bounds) : IDisposable
{
    private readonly CancellationTokenSource _overdue = new(Timeout.InfiniteTimeSpan, bounds.Time);
    private CancellationTokenSource? _either;

    /// <summary>Bytes that were there when it was looked at; 0 when there is none.</summary>
    private long _looked;

    /// <returns>False at the end of the answer.</returns>
    /// <exception cref="TimeoutException">It is not whole in time.</exception>
    public async ValueTask<bool> ReadAsync(StreamBuffer buffer, CancellationToken stop)
    {
        _either ??= CancellationTokenSource.CreateLinkedTokenSource(_overdue.Token, stop);
        try
        {
            return await buffer.ReadAsync(_either.Token);
        }
        catch (OperationCanceledException) when (_overdue.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new TimeoutException(LimitException.Words(
                FormattableString.Invariant($"{what} that has begun is not whole after {bounds.Limits.ObjectTime.TotalSeconds:0.###} s"), "object-time"));
        }
    }

    /// <summary>Whether there is enough of it to look again.</summary>
    public bool IsDue(long length) => length > _looked + (_looked / 2) || length > bounds.Limits.ObjectBytes;

    /// <summary>It was looked at, and is not whole.</summary>
    /// <exception cref="LimitException">Nor will it be waited for.</exception>
    public void Stays(long length)
    {
        if (length > bounds.Limits.ObjectBytes)
            throw new LimitException($"{what} is longer than {ByteSize.Text(bounds.Limits.ObjectBytes)}", "object-bytes");
        if (_looked == 0 && length > 0)
            _overdue.CancelAfter(bounds.Limits.ObjectTime);
        _looked = length;
    }

    /// <summary>It is whole; what comes after it is another one.</summary>
    public void Ends()
    {
        if (_looked == 0)
            return;
        _looked = 0;
        _overdue.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _either?.Dispose();
        _overdue.Dispose();
    }
}

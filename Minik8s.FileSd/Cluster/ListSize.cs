namespace Minik8s.FileSd.Cluster;

/// <summary>How much of a list has come; a fault when that is more than is taken.</summary>
internal sealed class ListSize(Limits limits, Dialect dialect)
{
    public int Objects { get; private set; }

    public long Bytes { get; private set; }

    /// <exception cref="LimitException">There are too many.</exception>
    public void AddObject()
    {
        if (++Objects > limits.ListObjects)
            throw new LimitException(FormattableString.Invariant($"the list has more than {limits.ListObjects:N0} objects"), "list-objects");
    }

    /// <exception cref="LimitException">It is too long.</exception>
    public void Add(int bytes) => Add((long)bytes);

    /// <exception cref="LimitException">It is too long.</exception>
    public void Add(long bytes)
    {
        if ((Bytes += bytes) > limits.ListBytesOf(dialect))
            throw new LimitException($"the list is longer than {ByteSize.Text(limits.ListBytesOf(dialect))}", "list-bytes");
    }
}

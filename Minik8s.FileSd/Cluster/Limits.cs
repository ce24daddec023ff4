namespace Minik8s.FileSd.Cluster;

/// <summary>
/// How much is taken of what a server says. One that says more is broken or hostile: that is a fault, which names the limit
/// and the flag that moves it, and what is known stays as it is.
/// </summary>
/// <param name="ObjectBytes">Of one object of a list, or one frame of a watch.</param>
/// <param name="ObjectTime">Likewise, from its first byte to its last.</param>
/// <param name="ListObjects">Of a list with all of its pages.</param>
/// <param name="ListBytes">Likewise; null for <see cref="StreamedListBytes"/>, and where a list is held <see cref="HeldListBytes"/>.</param>
/// <param name="ListTime">Likewise, from the first request on.</param>
internal sealed record Limits(long ObjectBytes, TimeSpan ObjectTime, int ListObjects, long? ListBytes, TimeSpan ListTime)
{
    /// <summary>A list of Kubernetes is read object by object: what its objects have in common with memory are their targets.</summary>
    public const long StreamedListBytes = 2L << 30;

    /// <summary>A list of a Minik8s server is held while it is read, and as a tree, which is some ten times as large.</summary>
    public const long HeldListBytes = 64L << 20;

    /// <summary>
    /// An object of Kubernetes has 1.5 MiB at most, for etcd takes no larger one. There are at most 150,000 pods to a
    /// cluster by what Kubernetes is tested for, of some KiB each.
    /// </summary>
    public static readonly Limits Default = new(16L << 20, TimeSpan.FromSeconds(30), 300_000, null, TimeSpan.FromMinutes(10));

    public long ListBytesOf(Dialect dialect) => ListBytes ?? (dialect == Dialect.Kubernetes ? StreamedListBytes : HeldListBytes);
}

/// <summary>By what the reading of an answer is bounded.</summary>
internal sealed record Bounds(Limits Limits, TimeProvider Time)
{
    /// <summary>
    /// How deep an object may be nested: as deep as its bytes go. One level costs a bit, and an object that is too deep for the
    /// reader would be the end of the whole list.
    /// </summary>
    public const int Depth = int.MaxValue;

    public static readonly Bounds Default = new(Limits.Default, TimeProvider.System);
}

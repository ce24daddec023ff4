namespace Minik8s.FileSd.Cluster;

/// <summary>The server says more than is taken: one of <see cref="Limits"/>.</summary>
/// <param name="seen">What it is that is too much, and the limit.</param>
/// <param name="flag">That moves the limit, without what all of them begin with.</param>
internal sealed class LimitException(string seen, string flag) : IOException(Words(seen, flag))
{
    /// <summary>Also for limits of time, which are told by a <see cref="TimeoutException"/>.</summary>
    public static string Words(string seen, string flag) => $"{seen}; --limits.{flag} sets this limit";
}

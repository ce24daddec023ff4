namespace Minik8s.FileSd.Cluster;

/// <summary>How what happens after a list is learnt, the best first.</summary>
internal enum FollowMode
{
    /// <summary>The server tells each change.</summary>
    Watch,

    /// <summary>The list is asked for, and the server answers when there is a newer one.</summary>
    LongPoll,

    /// <summary>The list is asked for again and again.</summary>
    Poll,
}

/// <param name="Mode">No better is tried; null for the best that the server has.</param>
/// <param name="PollInterval">Between the end of a poll and the next one.</param>
/// <param name="RelistInterval">
/// How often everything is listed anew, and a better way tried where there is one; zero for never. Null for
/// <see cref="DefaultRelistInterval"/> wherever the server is not followed as Kubernetes is, and there never.
/// </param>
internal sealed record FollowRules(FollowMode? Mode, TimeSpan PollInterval, TimeSpan? RelistInterval)
{
    /// <summary>Servers that are not Kubernetes forget to tell deletions.</summary>
    public static readonly TimeSpan DefaultRelistInterval = TimeSpan.FromSeconds(60);

    public static readonly FollowRules Default = new(null, TimeSpan.FromSeconds(5), null);
}

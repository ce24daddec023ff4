namespace Minik8s.FileSd.Scraping;

/// <summary>All that a diagnosis is made from.</summary>
/// <param name="Published">Targets in the file.</param>
/// <param name="Lag">How long Prometheus has not seen what was published.</param>
/// <param name="Grace">As much is Prometheus' own, and nothing is wrong.</param>
/// <param name="Own">What Prometheus measures of itself; null when it does not tell.</param>
/// <param name="Configs">Which files its jobs read; null when it does not tell.</param>
/// <param name="WrittenAt">When the file was modified, in whole seconds since 1970; null when it cannot be seen.</param>
/// <param name="ReadErrors">Files that Prometheus could not read since it last had all of this one.</param>
/// <param name="WasLate">The publish before was seen as well, but late.</param>
/// <param name="Obstacle">What keeps other users from reading the file; null when nothing does.</param>
internal sealed record Evidence(
    WatchedFile File,
    int Published,
    Difference Difference,
    TimeSpan Lag,
    TimeSpan Grace,
    OwnMetrics? Own,
    IReadOnlyList<FileSdConfig>? Configs,
    long? WrittenAt,
    double ReadErrors,
    bool WasLate,
    string? Obstacle)
{
    /// <summary>When the file was modified that Prometheus has read last; null when it does not tell.</summary>
    public long? SeenAt => Difference.Source is { } source && Own?.FileTimes.TryGetValue(source, out var seen) == true ? seen : null;

    /// <summary>It has read an older file than there is.</summary>
    public bool IsBehind => SeenAt < WrittenAt;
}

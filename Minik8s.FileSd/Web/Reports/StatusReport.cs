using Minik8s.FileSd.Scraping;

namespace Minik8s.FileSd.Web.Reports;

/// <summary>What <c>/api/status</c> and the page tell of the daemon at one moment.</summary>
/// <param name="Missing">What keeps the files from being true, one line for each; empty when all is well.</param>
/// <param name="Recent">The last publishes of both files, the newest first.</param>
/// <param name="Prometheus">Null when Prometheus is not asked.</param>
internal sealed record StatusReport(
    string Version,
    DateTimeOffset Now,
    DateTimeOffset Started,
    double UptimeSeconds,
    bool Ready,
    IReadOnlyList<string> Missing,
    IReadOnlyList<StreamReport> Streams,
    IReadOnlyList<FileReport> Files,
    IReadOnlyList<PublishReport> Recent,
    PrometheusReport? Prometheus)
{
    /// <summary>Which part of the targets the files have, such as <c>0/3</c>; null for all.</summary>
    public string? Shard { get; init; }
}

/// <param name="Missing">What it lacks to be synced; null when it lacks nothing.</param>
/// <param name="Dialect"><c>kubernetes</c> or <c>minik8s</c>; null before it is found out.</param>
/// <param name="Mode"><c>watch</c>, <c>long_poll</c> or <c>poll</c>; null likewise.</param>
/// <param name="FollowedBy">The mode in words, and why it is not a better one.</param>
/// <param name="LastContact">When the API server last said anything on it.</param>
/// <param name="KnownUntil">Up to when the cluster is known; null before the first list.</param>
internal sealed record StreamReport(
    string Name, bool Synced, string? Missing, string? Dialect, string? Mode, string? FollowedBy, DateTimeOffset? LastContact, DateTimeOffset? KnownUntil);

/// <param name="Resource"><c>nodes</c> or <c>pods</c>.</param>
/// <param name="Path">Of the file.</param>
/// <param name="Objects">That are known; null before the first whole list, as are the counts.</param>
/// <param name="Targets">In the file; null before the first publish, as is what follows.</param>
/// <param name="Verdicts">How many objects are <c>target</c> and how many not for which reason; without those that none has.</param>
/// <param name="Remarks">Of how many objects something was left out, by what; likewise.</param>
/// <param name="Missing">What it lacks; null when it lacks nothing.</param>
internal sealed record FileReport(
    string Name,
    string Resource,
    string Path,
    int? Objects,
    int? Targets,
    long? Bytes,
    DateTimeOffset? LastWrite,
    DateTimeOffset? LastVerified,
    IReadOnlyDictionary<string, int> Verdicts,
    IReadOnlyDictionary<string, int> Remarks,
    string? Missing);

/// <summary>A publish, as <see cref="Targets.RecentPublish"/> tells it.</summary>
/// <param name="Cause"><c>change</c>, <c>list</c> or <c>repair</c>.</param>
/// <param name="Object">Namespace and name of the first object that changed; null where it is no single one.</param>
internal sealed record PublishReport(
    string File,
    DateTimeOffset At,
    string Cause,
    string ObjectKind,
    string? Object,
    string? ResourceVersion,
    int Others,
    int Added,
    int Removed,
    int Relabelled,
    int Targets,
    long Bytes,
    IReadOnlyList<string> Examples);

/// <summary>Prometheus' side, as <see cref="PrometheusState"/> tells it, without its targets.</summary>
internal sealed record PrometheusReport(Uri Url, DateTimeOffset? AskedAt, string? Fault, IReadOnlyList<ComparisonReport> Files);

/// <summary>A target file beside what Prometheus has of it, as <see cref="FileComparison"/> tells it.</summary>
internal sealed record ComparisonReport(
    string File,
    int Published,
    int MissingCount,
    IReadOnlyList<string> Missing,
    int ExtraCount,
    IReadOnlyList<string> Extra,
    int FailingCount,
    IReadOnlyList<ScrapedTarget> Failing,
    int DroppedCount,
    double LagSeconds,
    string? Diagnosis);

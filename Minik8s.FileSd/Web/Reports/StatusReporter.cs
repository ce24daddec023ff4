using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Web.Reports;

/// <summary>Reads off what the others hold.</summary>
/// <param name="prometheus">Null when Prometheus is not asked.</param>
internal sealed class StatusReporter(Run run, FileSdOptions options, IReadOnlyList<Feed> feeds, TimeProvider time, IPrometheusView? prometheus = null)
{
    public StatusReport Report()
    {
        var now = time.GetUtcNow();
        List<string> missing = [.. feeds.SelectMany(feed => feed.Missing)];
        return new(
            run.Version,
            now,
            run.Started,
            (now - run.Started).TotalSeconds,
            missing.Count == 0,
            missing,
            [.. feeds.SelectMany(feed => feed.Streams).Select(stream => Of(stream, now))],
            [.. feeds.Select(Of)],
            [.. feeds.SelectMany(feed => feed.Recent.Select(publish => Of(feed.FileStatus.Name, publish))).OrderByDescending(publish => publish.At)],
            prometheus?.State is { } state ? Of(state) : null)
        {
            Shard = options.Shard is { } shard ? $"{shard.Index}/{shard.Count}" : null,
        };
    }

    private static StreamReport Of(StreamStatus stream, DateTimeOffset now)
    {
        var state = stream.State;
        return new(
            stream.Name,
            state.IsSynced,
            state.Missing,
            state.Way is { Dialect: var dialect } ? SnakeCase.Of(dialect) : null,
            state.Way is { Mode: var mode } ? SnakeCase.Of(mode) : null,
            state.Way?.Words,
            stream.LastContact,
            state.KnownUntil is null ? null : state.Gap ?? now);
    }

    private static FileReport Of(Feed feed)
    {
        var file = feed.FileStatus.State;
        var counts = file.Newest?.Verdicts;
        return new(
            feed.FileStatus.Name,
            feed.Plural,
            feed.File.Path,
            file.Newest?.Objects,
            file.Published?.Content.Count,
            file.Published?.Bytes,
            file.Published?.Since,
            feed.VerifiedAt,
            counts is null ? new() : new Dictionary<string, int>([KeyValuePair.Create("target", counts.Targets), .. Counts<Reason>(counts.Of)]),
            counts is null ? new() : new Dictionary<string, int>(Counts<RemarkKind>(counts.Of)),
            file.Missing);
    }

    private static IEnumerable<KeyValuePair<string, int>> Counts<T>(Func<T, int> count)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => count(value) > 0).Select(value => KeyValuePair.Create(SnakeCase.Of(value), count(value)));

    private static PublishReport Of(string file, RecentPublish publish) => new(
        file,
        publish.At,
        SnakeCase.Of(publish.Cause.Kind),
        publish.Cause.ObjectKind,
        publish.Cause.Object?.ToString(),
        publish.Cause.ResourceVersion,
        publish.Cause.Others,
        publish.Added,
        publish.Removed,
        publish.Relabelled,
        publish.Targets,
        publish.Bytes,
        publish.Examples);

    private static PrometheusReport Of(PrometheusState state) => new(
        state.Prometheus,
        state.AskedAt,
        state.Fault,
        [
            .. state.Files.Select(file => new ComparisonReport(
                file.File, file.Published, file.MissingCount, file.Missing, file.ExtraCount, file.Extra, file.FailingCount, file.Failing,
                file.DroppedCount, file.Lag.TotalSeconds, file.Diagnosis)),
        ]);
}

using Minik8s.FileSd.Auditing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd;

/// <summary>What can be said of the way of one kind of object from the API server to its target file.</summary>
/// <param name="plural">Of the kind: <c>nodes</c> or <c>pods</c>.</param>
/// <param name="streams">What the kind is followed by: one stream, or one for each namespace.</param>
/// <param name="others">Streams of other kinds of which the file tells something, too.</param>
/// <param name="awaited">Streams of other kinds for whose first list the file may have to wait.</param>
/// <param name="history">Null when nobody wants to know of former publishes.</param>
internal sealed class Feed(
    string plural,
    IReadOnlyList<StreamStatus> streams,
    IReadOnlyList<StreamStatus> others,
    IReadOnlyList<StreamStatus> awaited,
    TargetFile file,
    FileStatus fileStatus,
    FileCare care,
    StreamMetrics metrics,
    TimeProvider time,
    PublishHistory? history = null)
{
    private readonly IReadOnlyList<StreamStatus> _all = [.. streams, .. others];
    private readonly PendingChanges _pending = new(KindOf(plural), time);

    public IReadOnlyList<StreamStatus> Streams => streams;

    public string Plural => plural;

    /// <summary>As Kubernetes names it: <c>Node</c> or <c>Pod</c>.</summary>
    public string ObjectKind => KindOf(plural);

    public TargetFile File => file;

    public FileStatus FileStatus => fileStatus;

    public FileCare Care => care;

    /// <summary>The last publishes of the file, the newest first.</summary>
    public IReadOnlyList<RecentPublish> Recent => history?.Recent ?? [];

    /// <summary>What keeps the file from being true, one line for each; empty when all is well.</summary>
    public IEnumerable<string> Missing
    {
        get
        {
            foreach (var stream in streams)
            {
                if (stream.State.Missing is { } missing)
                    yield return $"{stream.Name}: {missing}";
            }

            var file = fileStatus.State;
            if (file.Newest is null && streams.All(stream => stream.State.KnownUntil is not null) && awaited.FirstOrDefault(other => other.State.KnownUntil is null) is { } other)
                yield return $"{fileStatus.Name}: not written yet: it waits for the {other.Name}";
            else if (file.Missing is { } written)
                yield return $"{fileStatus.Name}: {written}";
        }
    }

    /// <summary>How much is known and written, such as <c>12 nodes</c> and <c>nodes.json 11 targets</c>.</summary>
    public (string Known, string Written) Summary
    {
        get
        {
            var newest = fileStatus.State.Newest;
            return (Counted.Of(newest?.Objects ?? 0, plural.TrimEnd('s')), $"{fileStatus.Name} {Counted.Of(newest?.Count ?? 0, "target")}");
        }
    }

    /// <summary>The last moment at which the file was known to say what the cluster says; null before it was published.</summary>
    public DateTimeOffset? VerifiedAt
    {
        get
        {
            // The time first: what happens after it does not make it untrue.
            var at = time.GetUtcNow();
            var (gap, written) = (GapSince, fileStatus.State);
            if (!written.IsPublished)
                return null;
            if (gap < at)
                at = gap.Value;
            return written.StaleSince < at ? written.StaleSince : at;
        }
    }

    /// <summary>Since when the cluster is not known; null while all streams tell of each change, and before they ever did.</summary>
    private DateTimeOffset? GapSince => _all.Min(stream => stream.State.Gap);

    /// <summary>The cluster says something new. After a gap it may have done so since the gap's beginning.</summary>
    public void Changed(FileContent content)
    {
        _pending.Changed(content);
        fileStatus.Changed(content, GapSince);
    }

    /// <summary>What an earlier run has left in the file: the first publish is told apart from it.</summary>
    public void Found(IReadOnlyCollection<KeyValuePair<ObjectKey, RenderedTargets>> targets) => history?.Found(targets);

    /// <summary>One object was projected and rendered; it began at a timestamp.</summary>
    public void Rendered(long began) => metrics.Render.Observe(time.GetElapsedTime(began).TotalSeconds);

    /// <summary>The content is taken to be written.</summary>
    public void Writing(FileContent content)
    {
        if (_pending.Writing(content) is { } settled)
            metrics.Settle.Observe(settled.TotalSeconds);
        fileStatus.Writing(content);
    }

    /// <summary>Tries it, and measures it when that has written the file.</summary>
    public Publication Publish(Func<Publication> publish)
    {
        var began = time.GetTimestamp();
        var publication = publish();
        if (publication.Written)
            metrics.Write.Observe(time.GetElapsedTime(began).TotalSeconds);
        return publication;
    }

    /// <summary>The file says what was last taken to be written.</summary>
    public void Published(Publication publication)
    {
        var (cause, age) = _pending.Published();
        if (publication.Written && age is { } latency)
            fileStatus.Metrics.EventToFile.Observe(latency.TotalSeconds);
        fileStatus.Published(publication);
        history?.Published(fileStatus.State.Published!.Content, publication, cause);
    }

    private static string KindOf(string plural) => plural == "nodes" ? "Node" : "Pod";

    /// <summary>What is to be said of the publishes is said. There are no more of them.</summary>
    public Task EndAsync() => history?.EndAsync() ?? Task.CompletedTask;

    /// <summary>Brings up to date what is measured when it is looked at.</summary>
    public void Measure()
    {
        metrics.Synced.Set(streams.All(stream => stream.State.IsSynced) ? 1 : 0);
        if (fileStatus.State.Newest is { } newest)
            metrics.Objects(newest.Verdicts);
        if (VerifiedAt is { } at)
            fileStatus.Metrics.LastVerified.SetTo(at);
    }
}

/// <summary>A kind of object: what it is followed by, and where its targets go.</summary>
/// <param name="Reflectors">One with the empty namespace, or one for each that is followed by itself; sorted by it.</param>
/// <param name="Losses">Of all of them together.</param>
internal sealed record Kind<T>(IReadOnlyList<(string Namespace, Reflector<T> Reflector)> Reflectors, Feed Feed, SilentLosses Losses)
    where T : class, IResource;

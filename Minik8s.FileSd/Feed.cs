using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd;

/// <summary>The way of one kind of object from the API server to its target file.</summary>
internal abstract class Feed(TargetFile file, StreamStatus streamStatus, FileStatus fileStatus, TimeProvider time)
{
    public TargetFile File => file;

    public FileStatus FileStatus => fileStatus;

    /// <summary>What keeps the file from being true, one line for each; empty when all is well.</summary>
    public IEnumerable<string> Missing
    {
        get
        {
            if (streamStatus.State.Missing is { } stream)
                yield return $"{streamStatus.Plural}: {stream}";
            if (fileStatus.State.Missing is { } written)
                yield return $"{fileStatus.Name}: {written}";
        }
    }

    /// <summary>How much is known and written, such as <c>12 nodes</c> and <c>nodes.json 11 targets</c>.</summary>
    public (string Known, string Written) Summary
    {
        get
        {
            var newest = fileStatus.State.Newest;
            return ($"{newest?.Objects.Count ?? 0} {streamStatus.Plural}", $"{fileStatus.Name} {newest?.Count ?? 0} targets");
        }
    }

    /// <summary>The last moment at which the file was known to say what the cluster says; null before it was published.</summary>
    public DateTimeOffset? VerifiedAt
    {
        get
        {
            // The time first: what happens after it does not make it untrue.
            var at = time.GetUtcNow();
            var (stream, written) = (streamStatus.State, fileStatus.State);
            if (!written.IsPublished)
                return null;
            if (!stream.IsSynced && stream.KnownUntil < at)
                at = stream.KnownUntil.Value;
            return written.StaleSince < at ? written.StaleSince : at;
        }
    }

    /// <summary>The cluster says something new. After a gap it may have done so since the gap's beginning.</summary>
    public void Changed(TargetSet targets)
    {
        var stream = streamStatus.State;
        fileStatus.Changed(targets, stream.IsSynced ? null : stream.KnownUntil);
    }

    /// <summary>Brings up to date what is measured when it is looked at.</summary>
    public void Measure()
    {
        if (fileStatus.State.Newest is { } newest)
            streamStatus.Metrics.Objects(newest.Verdicts);
        if (VerifiedAt is { } at)
            fileStatus.Metrics.LastVerified.SetTo(at);
    }
}

internal sealed class Feed<T>(
    Reflector<T> reflector, TargetFile file, StreamStatus streamStatus, FileStatus fileStatus, TimeProvider time)
    : Feed(file, streamStatus, fileStatus, time)
    where T : class, IResource
{
    public Reflector<T> Reflector => reflector;
}

namespace Minik8s.FileSd.Targets;

/// <summary>
/// What has changed and is not in the target file yet: what its next publish is for, and since when that is known. Contents
/// may be passed over and writes may fail; no change is forgotten before a publish that has it.
/// </summary>
/// <param name="objectKind">Of the file's own objects: <c>Node</c> or <c>Pod</c>.</param>
internal sealed class PendingChanges(string objectKind, TimeProvider time)
{
    // Changes come from the stream's thread, the rest from that of the file.
    private readonly Lock _gate = new();
    private FileContent? _newest;

    /// <summary>Not taken by a write.</summary>
    private Batch _waiting;

    /// <summary>The last change alone, as long as it waits.</summary>
    private Batch _last;

    /// <summary>In the write that is under way, or in one that failed before it.</summary>
    private Batch _taken;

    /// <summary>A content that is going to be written; each in its turn.</summary>
    public void Changed(FileContent content)
    {
        lock (_gate)
        {
            _last = content.NewsSince(_newest) is var (origin, ofNode)
                ? new(origin, ofNode ? "Node" : objectKind, time.GetTimestamp(), 1)
                : default;
            _waiting = _waiting.And(_last);
            _newest = content;
        }
    }

    /// <summary>It is taken to be written. What changes from here on, this write does not say.</summary>
    /// <returns>How long the first change in it has waited for that; null when there is none that was not taken before.</returns>
    public TimeSpan? Writing(FileContent content)
    {
        lock (_gate)
        {
            // A change that came just now is the next write's.
            var (taken, rest) = ReferenceEquals(content, _newest) ? (_waiting, default) : (_waiting.Without(_last), _last);
            (_taken, _waiting, _last) = (_taken.And(taken), rest, rest);
            return taken.Count > 0 ? time.GetElapsedTime(taken.Since) : null;
        }
    }

    /// <summary>The file says what was taken.</summary>
    /// <returns>What that was for, and how long ago the first change in it was read. A publish for no change is a repair.</returns>
    public (Cause Cause, TimeSpan? Age) Published()
    {
        lock (_gate)
        {
            var published = _taken;
            _taken = default;
            return published.First is { } first
                ? (new(first.Kind, published.ObjectKind, first.Object, first.Version, published.Count - 1), time.GetElapsedTime(first.At))
                : (new(CauseKind.Repair, objectKind, null, null, 0), null);
        }
    }

    /// <param name="ObjectKind">Of the first.</param>
    /// <param name="Since">Since when the first is known, as a timestamp.</param>
    private readonly record struct Batch(Origin? First, string ObjectKind, long Since, int Count)
    {
        public Batch And(Batch later) => Count == 0 ? later : this with { Count = Count + later.Count };

        public Batch Without(Batch last) => Count == last.Count ? default : this with { Count = Count - last.Count };
    }
}

using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Cluster;

/// <summary>What can be said of a stream at one moment.</summary>
/// <param name="IsSynced">A list is complete and the stream is being followed without a fault.</param>
/// <param name="KnownUntil">
/// While it is not synced: up to when the cluster is known, by the end of the stream or a later list. Null before the first list.
/// </param>
/// <param name="Missing">What it lacks to be synced, in a few words; null when it lacks nothing.</param>
/// <param name="IsPolled">The cluster is known up to the last list, though it is synced: there is no watch that would tell.</param>
/// <param name="Way">How it is followed; null before that is found out.</param>
internal sealed record StreamState(bool IsSynced, DateTimeOffset? KnownUntil, string? Missing, bool IsPolled = false, FollowedWay? Way = null)
{
    /// <summary>Up to when the cluster is known; null for the present moment, and before the first list.</summary>
    public DateTimeOffset? Gap => IsSynced && !IsPolled ? null : KnownUntil;
}

/// <summary>How a stream is followed.</summary>
/// <param name="Words">To be read behind "by"; with the reason, where it is not the best mode.</param>
internal sealed record FollowedWay(Dialect Dialect, FollowMode Mode, string Words);

/// <summary>What a stream is doing. Each change of state is told once; a retry that fails alike is not.</summary>
/// <param name="name">Of what it follows: <c>nodes</c>, <c>pods</c>, <c>pods in shop</c>.</param>
/// <remarks>To be told by the stream alone; <see cref="State"/> may be read by anybody.</remarks>
internal sealed class StreamStatus(string name, ILogger logger, TimeProvider time, StreamMetrics metrics)
{
    private readonly HashSet<string> _unknown = [];
    private bool _open;
    private bool _checking;
    private object? _fault;
    private string? _words;
    private long _faultSince;
    private int _attempts;
    private bool _isListed;
    private int _skipped;
    private ListDoubt _doubt = ListDoubt.None;
    private FollowedWay? _way;

    // Ticks of UTC; 0 for never.
    private long _lastContact;
    private volatile StreamState _state = new(false, null, "not listed yet");

    public string Name => name;

    public StreamState State => _state;

    /// <summary>When the API server last said anything on the stream; null when it never did.</summary>
    public DateTimeOffset? LastContact => Volatile.Read(ref _lastContact) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>Targets that the last list does not name, and that stay until another list agrees.</summary>
    public int Held => _doubt.Held;

    public void Listing()
    {
        // A watch that neither failed nor ended was given up for a list that checks it.
        (_checking, _open) = (_open, false);
        Log.Listing(logger, name);
    }

    public void Listed(int count, string? version, int skipped = 0, ListReason reason = ListReason.Start)
    {
        if (State.IsSynced && (IsPolled || _way?.Dialect == Dialect.Minik8s))
            Log.Polled(logger, name, count, Printable.Of(version ?? "none"));
        else
            Log.Listed(logger, name, count, Printable.Of(version ?? "none"));
        if (skipped > 0 && _skipped == 0)
            Log.Skipped(logger, name, skipped);
        _skipped = skipped;
        metrics.Skipped.Set(skipped);
        metrics.Listed(reason);
        Contact();
    }

    /// <summary>What a list has shown is passed on. Not before that: until then the files may say what was before a gap.</summary>
    public void Known()
    {
        _isListed = true;

        // What a list is doubted of was known longer ago.
        Enter(_doubt.Held > 0 && _state.KnownUntil is { } before ? before : time.GetUtcNow());
        if (_checking)
            Recovered();
    }

    /// <summary>The last list is doubted, or is not, as that before may have been.</summary>
    /// <param name="delay">After which another one is asked for.</param>
    public void Doubted(ListDoubt doubt, TimeSpan delay)
    {
        if (_doubt.Held > 0)
            Log.ListConfirmed(logger, name, _doubt.Held, doubt.Gone);
        if (doubt.Held > 0)
        {
            Log.ListDoubted(logger, name, doubt.Held, doubt.Of, delay.TotalSeconds);
            metrics.Holds.Inc();
        }

        metrics.Held.Set(doubt.Held);
        _doubt = doubt;
    }

    /// <summary>It is followed now, in the plan's mode: told when that is another than before.</summary>
    /// <param name="isSure">False for a watch that has said nothing yet: it may turn out to be a list.</param>
    public void Following(string path, Dialect dialect, FollowPlan plan, bool isSure = true)
    {
        if (!isSure && (IsPolled || dialect != Dialect.Kubernetes))
            return;
        if (_way?.Mode != plan.Mode)
            Log.Follows(logger, name, path, dialect, plan.Words);
        _way = new(dialect, plan.Mode, plan.Words);
        metrics.Follows(dialect, plan.Mode);
        if (plan.Mode != FollowMode.Watch)
            Recovered();
        Enter(_state.KnownUntil);
    }

    /// <param name="isDoubtful">
    /// Whether opening it is not enough to end an outage: its first word does, or a list that checks it.
    /// </param>
    public void Watching(string? version, bool isDoubtful)
    {
        _open = true;
        Log.Watching(logger, name, Printable.Of(version ?? "none"));
        metrics.Watches.Inc();
        Contact();
        if (!isDoubtful)
            Recovered();
    }

    /// <summary>A change has been made out of bytes that were read at a timestamp.</summary>
    public void Decoded(long readAt) => metrics.Decode.Observe(time.GetElapsedTime(readAt).TotalSeconds);

    /// <summary>An event was told, and is passed on.</summary>
    public void Heard(WatchEventType type)
    {
        Contact();
        if (type is WatchEventType.Added or WatchEventType.Modified or WatchEventType.Deleted)
            metrics.Changes.Inc();
        Recovered();
    }

    /// <summary>An event of a type or kind that is not known here: told the first time.</summary>
    public void HeardUnknown(string type)
    {
        var printable = Printable.Of(type);
        if (_unknown.Count < 100 && _unknown.Add(printable))
            Log.UnknownEvent(logger, name, printable);
    }

    public void Ended()
    {
        _open = false;
        Log.WatchEnded(logger, name);
        Recovered();
    }

    public void Failed(Exception exception, TimeSpan delay)
    {
        var fault = FaultText.Of(exception);
        metrics.Fault(FaultReasons.Of(exception));
        _open = false;
        if (delay == TimeSpan.Zero)
        {
            // What has happened since the version that was refused is not known before the next list.
            _isListed = false;
            Log.VersionRefused(logger, name, fault);
        }
        else
        {
            if (_attempts++ == 0)
                _faultSince = time.GetTimestamp();
            var sort = SortOf(exception);
            if (sort.Equals(_fault))
                Log.StillFailing(logger, name, fault, delay.TotalSeconds, _attempts);
            else
                Log.StreamFailed(logger, name, fault, delay.TotalSeconds);
            _fault = sort;
        }

        _words = fault;
        Enter(_state is { IsSynced: true, IsPolled: false } ? time.GetUtcNow() : _state.KnownUntil);
    }

    private bool IsPolled => _way?.Mode is FollowMode.LongPoll or FollowMode.Poll;

    private void Recovered()
    {
        if (_fault is null)
            return;
        Log.StreamRecovered(logger, name, time.GetElapsedTime(_faultSince).TotalSeconds, _attempts);
        (_fault, _attempts) = (null, 0);
        Enter(_state.KnownUntil);
    }

    private void Enter(DateTimeOffset? knownUntil)
    {
        var isSynced = _isListed && _fault is null && _doubt.Held == 0;
        var missing = isSynced ? null
            : _isListed && _fault is null ? $"the last list lacks {_doubt.Held} of {_doubt.Of} targets, which stay until another list agrees"
            : $"{(knownUntil is null ? "not listed yet" : "not followed")}: {_words}";
        _state = new(isSynced, knownUntil, missing, IsPolled, _way);
    }

    private void Contact()
    {
        var now = time.GetUtcNow();
        Volatile.Write(ref _lastContact, now.UtcTicks);
        metrics.LastContact.SetTo(now);
    }

    /// <summary>What makes two faults the same; not the text, in which a server may count its requests.</summary>
    private static object SortOf(Exception fault) => fault switch
    {
        ApiException api => (api.GetType(), api.Code),
        HttpRequestException http => (http.GetType(), http.HttpRequestError),
        _ => fault.GetType(),
    };
}

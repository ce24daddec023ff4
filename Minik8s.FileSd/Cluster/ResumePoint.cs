using System.Net;
using System.Text.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Where following goes on after it was interrupted: with a watch from a version, or with a list. The rules are those of
/// client-go's Reflector: the first list takes any version (0), a relist one not older than the last seen, and the newest
/// there is (none) once the server has refused that one as expired or too large.
/// </summary>
internal sealed class ResumePoint(TimeProvider time)
{
    /// <summary>Refusals of our version that are further apart than this have nothing to do with each other.</summary>
    public static readonly TimeSpan RefusalMemory = TimeSpan.FromMinutes(2);

    /// <summary>A watch that breaks off this soon after it was opened has not worked.</summary>
    public static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(10);

    private long _lastRefusal;
    private long? _opened;
    private int _shortWatches;

    /// <summary>The next request is a list; else it is a watch.</summary>
    public bool NeedsList { get; private set; } = true;

    /// <summary>Opaque: it is never parsed or compared. Null for the newest there is.</summary>
    public string? Version { get; private set; } = "0";

    /// <summary>
    /// An outage lies between the list and now. A server that was restarted without its memory, or restored from a
    /// backup, watches our version without an error and has other objects: what we know must be checked by a list. So it
    /// must when watches have opened and then failed, again and again: that one more is open says nothing.
    /// </summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>
    /// When the check is due, once a watch is open after the outage. It outlives the watch: a server that ends its watches
    /// early could put it off for ever.
    /// </summary>
    public long? CheckDue { get; set; }

    /// <summary>
    /// Refusals of our version in a row, reset by time and not by success: a server that forgets faster than it can be
    /// followed lets us get on each time.
    /// </summary>
    public int Refusals { get; private set; }

    public void Listed(string? version) =>
        (Version, NeedsList, IsDoubtful, CheckDue) = (version is { Length: > 0 } ? version : null, false, _shortWatches > 1, null);

    public void Opened() => _opened = time.GetTimestamp();

    /// <summary>An event or bookmark came; without a version it does not move ours.</summary>
    public void Heard(string? version)
    {
        _shortWatches = 0;
        if (version is { Length: > 0 })
            Version = version;
    }

    /// <summary>The watch ended in good order. Without a version it cannot be resumed.</summary>
    public void Ended() => (NeedsList, _opened, _shortWatches) = (Version is null, null, 0);

    /// <summary>What is known is to be checked by a list.</summary>
    public void Doubt() => (NeedsList, _opened, _shortWatches) = (true, null, 0);

    public void Failed(Exception fault)
    {
        if (_opened is { } opened && !IsRefusal(fault))
            _shortWatches = time.GetElapsedTime(opened) < ShortWatch ? _shortWatches + 1 : 0;
        _opened = null;
        if (IsRefusal(fault))
        {
            Refusals = Refusals > 0 && time.GetElapsedTime(_lastRefusal) < RefusalMemory ? Refusals + 1 : 1;
            _lastRefusal = time.GetTimestamp();

            // A list that refuses its version is asked for the newest; a watch that does is helped by a newer list.
            if (NeedsList || fault is ApiException { IsVersionTooLarge: true })
                Version = null;
            NeedsList = true;
        }
        else if (Version is null || !CanResumeAfter(fault))
        {
            NeedsList = true;
        }
        else if (fault is not ApiException { Code: < HttpStatusCode.InternalServerError })
        {
            IsDoubtful = true;
        }
    }

    public static bool IsRefusal(Exception fault) =>
        fault is ApiException { IsExpired: true } or ApiException { IsVersionTooLarge: true };

    /// <summary>
    /// Whether the version is still good: the server was away, busy or not sure who we are. After any other answer, or
    /// one that cannot be read, the list is asked again, so that a server that refuses to watch is at least polled.
    /// </summary>
    private static bool CanResumeAfter(Exception fault) => fault switch
    {
        ApiException api => (int)api.Code is 401 or 408 or 429 or >= 500,
        JsonException or WatchRefusedException or LimitException => false,
        _ => true,
    };
}

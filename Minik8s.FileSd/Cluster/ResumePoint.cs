using System.Text.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Where following goes on after it was interrupted: with a watch from a version, or with a list. The rules are those of
/// client-go's Reflector: the first list takes any version (0), a relist one not older than the last seen, and the newest
/// there is (none) once the server has refused that one as expired or too large.
/// </summary>
internal sealed class ResumePoint
{
    /// <summary>The next request is a list; else it is a watch.</summary>
    public bool NeedsList { get; private set; } = true;

    /// <summary>Opaque: it is never parsed or compared. Null for the newest there is.</summary>
    public string? Version { get; private set; } = "0";

    /// <summary>
    /// An outage lies between the list and now. A server that was restarted without its memory, or restored from a
    /// backup, watches our version without an error and has other objects: what we know must be checked by a list.
    /// </summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>Refusals of our version since the server last let us get on. More than one is a loop.</summary>
    public int Refusals { get; private set; }

    public void Listed(string? version) =>
        (Version, NeedsList, IsDoubtful) = (version is { Length: > 0 } ? version : null, false, false);

    /// <summary>An event or bookmark came; without a version it does not move ours.</summary>
    public void Heard(string? version)
    {
        Refusals = 0;
        if (version is { Length: > 0 })
            Version = version;
    }

    /// <summary>The watch ended in good order. Without a version it cannot be resumed.</summary>
    public void Ended() => NeedsList = Version is null;

    /// <summary>What is known is to be checked by a list.</summary>
    public void Doubt() => NeedsList = true;

    public void Failed(Exception fault)
    {
        if (IsRefusal(fault))
        {
            Refusals++;

            // A list that refuses its version is asked for the newest; a watch that does is helped by a newer list.
            if (NeedsList || fault is ApiException { IsVersionTooLarge: true })
                Version = null;
            NeedsList = true;
        }
        else if (Version is null || !IsOutage(fault))
        {
            NeedsList = true;
        }
        else
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
    private static bool IsOutage(Exception fault) => fault switch
    {
        ApiException api => (int)api.Code is 401 or 408 or 429 or >= 500,
        JsonException => false,
        _ => true,
    };
}

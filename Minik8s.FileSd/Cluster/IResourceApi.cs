using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Cluster;

/// <summary>What the reflector asks of an API server, for one kind of object and one selection.</summary>
/// <remarks>
/// Faults come out as exceptions: <see cref="ApiException"/> when the server answered with an error,
/// <see cref="System.Text.Json.JsonException"/> when the answer cannot be understood,
/// <see cref="WatchRefusedException"/> when a watch is answered by a list, <see cref="LimitException"/> when it says more
/// than is taken, <see cref="TimeoutException"/> when it stopped talking or does not come to an end, <see cref="HttpRequestException"/> or <see cref="IOException"/> when the connection failed.
/// </remarks>
internal interface IResourceApi<T>
    where T : class, IResource
{
    /// <summary>How the server speaks; not known before the first list when it has to be found out.</summary>
    Dialect Dialect { get; }

    /// <summary>Where the server has the objects, with a leading slash; not known before the first list likewise.</summary>
    string Path { get; }

    /// <summary>One page of a list: its objects as they arrive, and last, once, the page's own metadata.</summary>
    IAsyncEnumerable<ListPart<T>> ListAsync(ListQuery query, CancellationToken stop);

    /// <summary>A watch until the server ends it: <see cref="WatchEventType.Opened"/> first, then what it says.</summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchQuery query, CancellationToken stop);
}

/// <param name="ResourceVersion">Not older than this; "0" is any the server has at hand, null its very newest.</param>
/// <param name="Limit">How many objects a page may hold; null for all.</param>
/// <param name="Continue">The token of the page before; null for the first page.</param>
/// <param name="Timeout">
/// A long-poll: the server waits for a list that is newer than the version, but no longer than this, in whole seconds.
/// Null for an answer at once.
/// </param>
internal sealed record ListQuery(string? ResourceVersion, int? Limit, string? Continue, TimeSpan? Timeout = null);

/// <param name="ResourceVersion">The changes after this one.</param>
/// <param name="Timeout">When the server shall end the watch, in whole seconds.</param>
/// <param name="SendsInitialEvents">
/// A streaming list: what there is comes first, as additions, and then a bookmark that says so
/// (<see cref="WatchEvent{T}.EndsInitialEvents"/>).
/// </param>
internal sealed record WatchQuery(string ResourceVersion, TimeSpan Timeout, bool SendsInitialEvents = false);

/// <summary>An object, or the metadata that ends the page: exactly one of them.</summary>
internal readonly record struct ListPart<T>(T? Item, ListMeta? End)
{
    /// <summary>Bytes of which the object was decoded; 0 where all of the list is held anyway.</summary>
    public int Length { get; init; }
}

/// <param name="ResourceVersion">Of the whole list; opaque.</param>
/// <param name="Continue">The token of the next page; null or empty on the last.</param>
internal sealed record ListMeta(string? ResourceVersion, string? Continue)
{
    /// <summary>The answer to a long-poll when its time is over and there is nothing newer.</summary>
    public static readonly ListMeta Unchanged = new(null, null);

    /// <summary>Objects that could not be read and are not there.</summary>
    [JsonIgnore]
    public int Skipped { get; init; }

    /// <summary>Of the answer.</summary>
    [JsonIgnore]
    public long Bytes { get; init; }

    /// <summary>Both are opaque, but no longer than what fits into a request's address.</summary>
    [JsonIgnore]
    public bool IsUsable => ResourceVersion is not { Length: > ObjectMeta.LongestVersion } && Continue is not { Length: > LongestToken };

    /// <summary>Those of real servers have some hundred characters.</summary>
    private const int LongestToken = 16 * 1024;
}

internal enum WatchEventType
{
    /// <summary>The server has accepted the watch. It may say so only with its first event.</summary>
    Opened,
    Added,
    Modified,
    Deleted,

    /// <summary>Nothing happened up to the object's resource version.</summary>
    Bookmark,

    /// <summary>The watch failed, as <c>Error</c> says.</summary>
    Error,

    /// <summary>A type, or a kind of object, that is not known here.</summary>
    Unknown,
}

internal static class WatchEventTypes
{
    /// <param name="name">As Kubernetes writes it.</param>
    public static WatchEventType Of(string name) => name switch
    {
        "ADDED" => WatchEventType.Added,
        "MODIFIED" => WatchEventType.Modified,
        "DELETED" => WatchEventType.Deleted,
        "BOOKMARK" => WatchEventType.Bookmark,
        "ERROR" => WatchEventType.Error,
        _ => WatchEventType.Unknown,
    };
}

/// <param name="Object">Null for <c>Opened</c> and <c>Error</c>; metadata only for <c>Bookmark</c>.</param>
/// <param name="Name">The type as the server wrote it.</param>
internal sealed record WatchEvent<T>(WatchEventType Type, T? Object, ApiStatus? Error, string Name)
    where T : class, IResource
{
    public static readonly WatchEvent<T> Opened = new(WatchEventType.Opened, null, null, "");

    /// <summary>How much of the object is told.</summary>
    public WatchExtent Extent { get; init; }

    /// <summary>When the last of its bytes were read, as a timestamp; set by who has read them, and by nobody else.</summary>
    public long ReadAt { get; set; }

    /// <summary>The bookmark behind the initial events of a streaming list.</summary>
    public bool EndsInitialEvents =>
        Type == WatchEventType.Bookmark && Object?.Metadata.Annotations?.GetValueOrDefault("k8s.io/initial-events-end") == "true";
}

/// <summary>How much a watch event tells of its object.</summary>
internal enum WatchExtent
{
    /// <summary>All that is read of it.</summary>
    Whole,

    /// <summary>Who it is, and its version: all else is as the same watch has told it last.</summary>
    Unchanged,

    /// <summary>Likewise: the label selector leaves it out.</summary>
    Unselected,
}

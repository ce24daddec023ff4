namespace Minik8s.FileSd.Cluster;

/// <summary>What the reflector asks of an API server, for one kind of object and one selection.</summary>
/// <remarks>
/// Faults come out as exceptions: <see cref="ApiException"/> when the server answered with an error,
/// <see cref="System.Text.Json.JsonException"/> when the answer cannot be understood, <see cref="TimeoutException"/> when
/// it stopped talking, <see cref="HttpRequestException"/> or <see cref="IOException"/> when the connection failed.
/// </remarks>
internal interface IResourceApi<T>
    where T : class, IResource
{
    /// <summary>One page of a list: its objects as they arrive, and last, once, the page's own metadata.</summary>
    IAsyncEnumerable<ListPart<T>> ListAsync(ListQuery query, CancellationToken stop);

    /// <summary>A watch until the server ends it: <see cref="WatchEventType.Opened"/> first, then what it says.</summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchQuery query, CancellationToken stop);
}

/// <param name="ResourceVersion">Not older than this; "0" is any the server has at hand, null its very newest.</param>
/// <param name="Limit">How many objects a page may hold; null for all.</param>
/// <param name="Continue">The token of the page before; null for the first page.</param>
internal sealed record ListQuery(string? ResourceVersion, int? Limit, string? Continue);

/// <param name="ResourceVersion">The changes after this one.</param>
/// <param name="Timeout">When the server shall end the watch, in whole seconds.</param>
internal sealed record WatchQuery(string ResourceVersion, TimeSpan Timeout);

/// <summary>An object, or the metadata that ends the page: exactly one of them.</summary>
internal readonly record struct ListPart<T>(T? Item, ListMeta? End);

/// <param name="ResourceVersion">Of the whole list; opaque.</param>
/// <param name="Continue">The token of the next page; null or empty on the last.</param>
internal sealed record ListMeta(string? ResourceVersion, string? Continue);

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

/// <param name="Object">Null for <c>Opened</c> and <c>Error</c>; metadata only for <c>Bookmark</c>.</param>
/// <param name="Name">The type as the server wrote it.</param>
internal sealed record WatchEvent<T>(WatchEventType Type, T? Object, ApiStatus? Error, string Name)
    where T : class
{
    public static readonly WatchEvent<T> Opened = new(WatchEventType.Opened, null, null, "");
}

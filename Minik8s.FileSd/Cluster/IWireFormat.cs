namespace Minik8s.FileSd.Cluster;

/// <summary>How a server writes its answers: what differs between dialects beside the paths.</summary>
internal interface IWireFormat<T>
    where T : class, IResource
{
    /// <summary>The objects of one answer to a list as they arrive, and last, once, the list's own metadata.</summary>
    /// <exception cref="System.Text.Json.JsonException">The body is no complete list.</exception>
    IAsyncEnumerable<ListPart<T>> ReadListAsync(Stream body, CancellationToken stop);

    /// <summary>What a watch says, each as soon as its last byte is there.</summary>
    /// <exception cref="System.Text.Json.JsonException">What came is no frame, or the stream ended in the middle of one.</exception>
    /// <exception cref="WatchRefusedException">What came is a list.</exception>
    IAsyncEnumerable<WatchEvent<T>> ReadWatchAsync(Stream body, CancellationToken stop);
}

/// <summary>The server answers a watch, but not by watching.</summary>
internal sealed class WatchRefusedException(string message) : Exception(message);

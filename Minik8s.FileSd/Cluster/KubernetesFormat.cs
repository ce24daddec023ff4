using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster;

/// <summary>What Kubernetes API servers write; anything else is a fault, save within a single object.</summary>
/// <param name="kind">As objects say it: <c>Node</c>, <c>Pod</c>.</param>
/// <param name="bounds">Null for the defaults.</param>
internal sealed class KubernetesFormat<T>(string kind, JsonTypeInfo<T> itemType, Bounds? bounds = null) : IWireFormat<T>
    where T : class, IResource
{
    private readonly Bounds _bounds = bounds ?? Bounds.Default;
    private readonly JsonTypeInfo<WatchEvent<T>> _frameType = JsonMetadataServices.CreateValueInfo<WatchEvent<T>>(
        new JsonSerializerOptions { TypeInfoResolver = ClusterJson.Default }, new WatchEventConverter<T>(kind, itemType));

    public IAsyncEnumerable<ListPart<T>> ReadListAsync(Stream body, CancellationToken stop) =>
        new ListReader<T>(kind, itemType, _bounds).ReadAsync(body, stop);

    public IAsyncEnumerable<WatchEvent<T>> ReadWatchAsync(Stream body, CancellationToken stop) => WatchStreamReader.ReadAsync(
        body,
        (ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, _frameType) ?? throw new JsonException("A watch frame is null."),
        _bounds,
        stop);
}

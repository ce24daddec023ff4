using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Minik8s.FileSd.Cluster.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>What Kubernetes API servers write; anything else is a fault, save within a single object.</summary>
/// <param name="kind">As objects say it: <c>Node</c>, <c>Pod</c>.</param>
/// <param name="bounds">Null for the defaults.</param>
internal sealed class KubernetesFormat<T>(string kind, JsonTypeInfo<T> itemType, Bounds? bounds = null) : IWireFormat<T>
    where T : class, IResource
{
    private readonly Bounds _bounds = bounds ?? Bounds.Default;
    private readonly Wanted _wanted = Wanted.By(itemType);
    private readonly Wanted _wantedOfFrame = Wanted.Of(
        ("type", Wanted.All), ("object", Wanted.Either(Wanted.By(itemType), Wanted.By(ClusterJson.Default.ApiStatus), Wanted.Of(("kind", Wanted.All)))));
    private readonly JsonTypeInfo<WatchEvent<T>> _frameType = JsonMetadataServices.CreateValueInfo<WatchEvent<T>>(
        new JsonSerializerOptions { TypeInfoResolver = ClusterJson.Default }, new WatchEventConverter<T>(kind, itemType));

    public IAsyncEnumerable<ListPart<T>> ReadListAsync(Stream body, CancellationToken stop) =>
        new ListReader<T>(kind, itemType, _wanted, _bounds).ReadAsync(body, stop);

    public IAsyncEnumerable<WatchEvent<T>> ReadWatchAsync(Stream body, CancellationToken stop) => WatchStreamReader.ReadAsync(body, Frame, _bounds, stop);

    private WatchEvent<T> Frame(ReadOnlySpan<byte> frame)
    {
        var pruned = StreamBuffer.Rent(frame.Length);
        try
        {
            if (Pruning.Prune(frame, 0, _wantedOfFrame, pruned, out var length) < 0)
                throw new JsonException("A watch frame is no JSON object.");
            var reader = new Utf8JsonReader(pruned.AsSpan(0, length), new JsonReaderOptions { MaxDepth = Bounds.Depth });
            return JsonSerializer.Deserialize(ref reader, _frameType) ?? throw new JsonException("A watch frame is null.");
        }
        finally
        {
            StreamBuffer.Return(pruned);
        }
    }
}

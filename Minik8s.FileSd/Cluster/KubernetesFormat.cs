using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster;

/// <summary>What Kubernetes API servers write; anything else is a fault.</summary>
/// <param name="kind">As objects say it: <c>Node</c>, <c>Pod</c>.</param>
internal sealed class KubernetesFormat<T>(string kind, JsonTypeInfo<T> itemType) : IWireFormat<T>
    where T : class, IResource
{
    private readonly JsonTypeInfo<WatchEvent<T>> _frameType = JsonMetadataServices.CreateValueInfo<WatchEvent<T>>(
        new JsonSerializerOptions { TypeInfoResolver = ClusterJson.Default }, new WatchEventConverter<T>(kind, itemType));

    public IAsyncEnumerable<ListPart<T>> ReadListAsync(Stream body, CancellationToken stop) =>
        new ListReader<T>(kind, itemType).ReadAsync(body, stop);

    public IAsyncEnumerable<WatchEvent<T>> ReadWatchAsync(Stream body, CancellationToken stop)
    {
        var isFirst = true;
        return WatchStreamReader.ReadAsync(body, Frame, stop);

        WatchEvent<T> Frame(ref Utf8JsonReader reader)
        {
            if (isFirst && IsList(reader))
                throw new WatchRefusedException("it answers one with a whole list");
            isFirst = false;
            return JsonSerializer.Deserialize(ref reader, _frameType) ?? throw new JsonException("A watch frame is null.");
        }
    }

    private static bool IsList(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
                return false;
            if (reader.ValueTextEquals("items"u8))
                return true;
            if (!reader.TrySkip())
                return false;
        }

        return false;
    }
}

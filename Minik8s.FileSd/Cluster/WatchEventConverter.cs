using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Reads a watch frame <c>{"type": …, "object": …}</c> in one pass. The type decides how the object is read; where it
/// stands behind the object, which JSON allows, it is looked up ahead.
/// </summary>
internal sealed class WatchEventConverter<T>(string kind, JsonTypeInfo<T> objectType) : JsonConverter<WatchEvent<T>>
    where T : class, IResource
{
    public override WatchEvent<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A watch frame must be a JSON object.");

        string? type = null;
        WatchEvent<T>? result = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                type = StringValue(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                type ??= Find("type"u8, reader);
                reader.Read();
                result = ReadObject(ref reader, type);
            }
            else
            {
                Skip(ref reader);
            }
        }

        return result ?? throw new JsonException("A watch frame needs a type and an object.");
    }

    public override void Write(Utf8JsonWriter writer, WatchEvent<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    private WatchEvent<T> ReadObject(ref Utf8JsonReader reader, string? type)
    {
        if (type is null || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A watch frame needs a type and an object.");
        if (type == "ERROR")
            return new(WatchEventType.Error, null, JsonSerializer.Deserialize(ref reader, ClusterJson.Default.ApiStatus), type);

        var found = Find("kind"u8, reader);
        var known = found is null || found == kind ? WatchEventTypes.Of(type) : WatchEventType.Unknown;
        if (known == WatchEventType.Unknown)
        {
            Skip(ref reader);
            return new(known, null, null, found is null ? type : $"{type} {found}");
        }

        return known == WatchEventType.Bookmark ? Bookmark(ref reader) : Changed(ref reader, known, type);
    }

    private WatchEvent<T> Bookmark(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, objectType) is { Metadata: { ResourceVersion: not { Length: > ObjectMeta.LongestVersion } } } mark
            ? new(WatchEventType.Bookmark, mark, null, "BOOKMARK")
            : throw new JsonException("A bookmark needs metadata, and a version of a plausible length.");

    /// <summary>
    /// An object that does not say who it is, is passed over. It is a fault where it was deleted, for then a list has to tell
    /// which of those that are known is gone.
    /// </summary>
    private WatchEvent<T> Changed(ref Utf8JsonReader reader, WatchEventType known, string type)
    {
        var item = Decoded.Object(reader, objectType);
        Skip(ref reader);
        if (item is not null)
            return new(known, item, null, type);
        return known != WatchEventType.Deleted
            ? new(WatchEventType.Unknown, null, null, $"{type} of an object without a name that could be kept")
            : throw new JsonException("The object of a watch frame has no metadata.name.");
    }

    /// <summary>The string under <paramref name="name"/> in the rest of the object that the copied reader stands in.</summary>
    private static string? Find(ReadOnlySpan<byte> name, Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName)
            Skip(ref reader);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
                return StringValue(ref reader);
            Skip(ref reader);
        }

        return null;
    }

    /// <summary>The serializer hands over whole values only, but does not call their end the end of the input.</summary>
    private static void Skip(ref Utf8JsonReader reader)
    {
        if (!reader.TrySkip())
            throw new JsonException("A watch frame is cut off.");
    }

    private static string? StringValue(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.String
            ? reader.GetString()
            : throw new JsonException("A type or kind must be a string.");
}

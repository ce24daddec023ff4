using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Reads an object of Kubernetes. One in which a value is of a type that it never has is that object's own misfortune: of it
/// is told who it is, and what is wrong with it.
/// </summary>
internal static class Decoded
{
    /// <param name="reader">Stands at the first token of the object, which is whole.</param>
    /// <returns>Null where it does not say who it is, or is none that is kept.</returns>
    public static T? Object<T>(Utf8JsonReader reader, JsonTypeInfo<T> type)
        where T : class, IResource
    {
        try
        {
            var whole = reader;
            return (Usual<T>(reader) ?? JsonSerializer.Deserialize(ref whole, type)) is not { Metadata: { } metadata } item ? null
                : metadata.IsUsable ? item
                : metadata with { ResourceVersion = null } is { IsUsable: true } own ? (T)T.NotDecoded(own, "its metadata.resourceVersion is too long to be one")
                : null;
        }
        catch (JsonException wrong)
        {
            return Identity(reader) is { IsUsable: true } metadata ? (T)T.NotDecoded(metadata, Words(wrong)) : null;
        }
    }

    /// <summary>An object as nearly all are. Null for one in which something is wrong: what that is, the serializer has words for.</summary>
    private static T? Usual<T>(Utf8JsonReader reader)
        where T : class, IResource
    {
        try
        {
            return (T?)T.Read(ref reader);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or FormatException or JsonException)
        {
            return null;
        }
    }

    private static string Words(JsonException wrong) =>
        wrong.Path is ['$', '.', .. var path] ? $"its {path} has a value of a type that it never has" : wrong.Message;

    /// <summary>
    /// Name and namespace; labels and version where they can be read. Labels are null where they cannot, and empty where
    /// there are none.
    /// </summary>
    private static ObjectMeta? Identity(Utf8JsonReader reader)
    {
        ObjectMeta? found = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMetadata = Text(ref reader) == "metadata";
            reader.Read();
            if (isMetadata)
                found = Metadata(reader);
            if (!reader.TrySkip())
                return null;
        }

        return found;
    }

    private static ObjectMeta? Metadata(Utf8JsonReader reader)
    {
        var found = new ObjectMeta(null, Labels: new Dictionary<string, string>());
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader);
            reader.Read();
            switch (name)
            {
                case "name":
                    found = found with { Name = Text(ref reader) };
                    break;
                case "namespace" when reader.TokenType != JsonTokenType.Null && Text(ref reader) is not { } @namespace:
                    return null;
                case "namespace":
                    found = found with { Namespace = Text(ref reader) };
                    break;
                case "resourceVersion":
                    found = found with { ResourceVersion = Text(ref reader) };
                    break;
                case "labels":
                    found = found with { Labels = Labels(reader) };
                    break;
            }

            if (!reader.TrySkip())
                return null;
        }

        return found;
    }

    private static Dictionary<string, string>? Labels(Utf8JsonReader reader)
    {
        var labels = new Dictionary<string, string>();
        if (reader.TokenType == JsonTokenType.Null)
            return labels;
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Text(ref reader) is not { } key || !reader.Read() || Text(ref reader) is not { } value)
                return null;
            labels[key] = value;
        }

        return labels;
    }

    /// <summary>Null where it is none, or no Unicode.</summary>
    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

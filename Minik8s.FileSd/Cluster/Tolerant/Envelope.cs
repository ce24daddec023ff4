using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Cluster.Tolerant;

/// <summary>What Minik8s API servers wrap a list in, and each of its objects.</summary>
internal static class Envelope
{
    /// <summary>The property that holds the list.</summary>
    private static readonly string[] ListNames = ["items", "data", "NodeArray", "PodArray"];

    /// <summary>The property of a store's record that holds the object, beside its key.</summary>
    private static readonly string[] RecordNames = ["value", "ValueBytes"];

    public static readonly JsonNodeOptions AnyCase = new() { PropertyNameCaseInsensitive = true };

    /// <exception cref="JsonException">There is no JSON, or more than one value.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8) => JsonNode.Parse(utf8, AnyCase);

    /// <summary>The list's elements, each still to be opened by <see cref="Open"/>. No list at all is an empty one.</summary>
    /// <remarks><c>{}</c> is a map without entries.</remarks>
    /// <exception cref="JsonException">It is no list of any known shape.</exception>
    public static (IEnumerable<JsonNode?> Items, string? ResourceVersion) Items(JsonNode? body)
    {
        switch (body)
        {
            case null:
            case JsonValue when Fact.Scalar(body) == "null":
                return ([], null);
            case JsonArray array:
                return (array, null);
            case JsonValue when Inner(body) is { } inner:
                return Items(inner);
            case JsonObject answer:
                if (answer["error"] is { } error && Fact.Scalar(error) is not "")
                    throw new JsonException($"The server answers with an error: {error.ToJsonString()}");
                if (ListNames.FirstOrDefault(answer.ContainsKey) is { } name)
                    return (Items(answer[name]).Items, Facts.ResourceVersion.Text(answer));
                if (answer.All(pair => Open(pair.Value) is not null))
                    return (answer.Select(pair => pair.Value), null);
                break;
        }

        throw new JsonException("The answer is no list of a known shape.");
    }

    /// <summary>An object with a name, whatever it is wrapped in; null when there is none.</summary>
    public static JsonObject? Open(JsonNode? element) => element switch
    {
        JsonValue => Open(Inner(element)),
        JsonObject record when RecordNames.FirstOrDefault(record.ContainsKey) is { } name => Open(record[name]),
        JsonObject item when Facts.Name.Text(item) is not null => item,
        _ => null,
    };

    /// <summary>The JSON in a text, which may be in base64; null when it is none.</summary>
    private static JsonNode? Inner(JsonNode text)
    {
        if (text.GetValueKind() != JsonValueKind.String)
            return null;
        var inner = text.GetValue<string>();
        try
        {
            if (inner.AsSpan().TrimStart() is ['{' or '[' or '"', ..])
                return JsonNode.Parse(inner, AnyCase);
            var bytes = new byte[inner.Length];
            return Convert.TryFromBase64String(inner, bytes, out var length)
                ? Parse(bytes.AsSpan(0, length))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Cluster.Tolerant;

/// <summary>What Minik8s API servers wrap a list in, and each of its objects.</summary>
internal static class Envelope
{
    /// <summary>The property that holds the list, Kubernetes' own among them.</summary>
    public static readonly string[] ListNames = ["items", "data", "NodeArray", "PodArray"];

    /// <summary>The property of a store's record that holds the object, beside its key.</summary>
    private static readonly string[] RecordNames = ["value", "ValueBytes"];

    /// <summary>Properties that tell of an error, whatever the HTTP status says, unless there is nothing in them.</summary>
    private static readonly string[] ErrorNames = ["error", "err", "errors"];

    /// <summary>Properties that hold an HTTP status, or a code that is 0 or less than one of an error when all is well.</summary>
    private static readonly string[] CodeNames = ["code", "status"];

    /// <param name="Elements">Each still to be opened by <see cref="Open(JsonNode?)"/>.</param>
    /// <param name="IsMap">They were the values of a map, and not in an array; <c>{}</c> is a map without any.</param>
    public readonly record struct List(IEnumerable<JsonNode?> Elements, string? ResourceVersion, bool IsMap);

    /// <summary>So often may something be wrapped in something else.</summary>
    private const int MostWrappings = 16;

    private static readonly List Empty = new([], null, IsMap: false);

    /// <summary>No list at all is an empty one.</summary>
    /// <exception cref="JsonException">It is no list of any known shape, or the server tells of an error.</exception>
    public static List Read(JsonNode? body) => Read(body, MostWrappings);

    private static List Read(JsonNode? body, int wrappings)
    {
        switch (body)
        {
            case not null when wrappings == 0:
                break;
            case null:
            case JsonValue when Fact.Scalar(body) == "null":
                return Empty;
            case JsonArray array:
                return new(array, null, IsMap: false);
            case JsonValue when Inner(body) is { } inner:
                return Read(inner, wrappings - 1);
            case JsonObject answer:
                if (Error(answer) is { } error)
                    throw new JsonException($"The server answers with an error: {error}");
                if (Array.Find(ListNames, answer.Has) is { } name)
                    return Read(answer.Named(name), wrappings - 1) with { ResourceVersion = Facts.ResourceVersion.Text(answer) };
                if (Open(answer) is null && (answer.Count == 0 || answer.Any(pair => Open(pair.Value) is not null)))
                    return new(answer.Select(pair => pair.Value), null, IsMap: true);
                break;
        }

        throw new JsonException("The answer is no list of a known shape.");
    }

    /// <summary>
    /// The elements of a bare array, each read when it is asked for: a long list costs no more than its bytes. One that is too
    /// much for a tree is null.
    /// </summary>
    /// <exception cref="JsonException">While they are asked for: it is no JSON, or there is something behind it.</exception>
    public static IEnumerable<JsonNode?> Elements(ReadOnlyMemory<byte> array)
    {
        var (offset, state) = (0, new JsonReaderState(new JsonReaderOptions { MaxDepth = Bounds.Depth }));
        while (Next(array.Span, ref offset, ref state, out var element))
            yield return element;
    }

    private static bool Next(ReadOnlySpan<byte> array, ref int offset, ref JsonReaderState state, out JsonNode? element)
    {
        var reader = new Utf8JsonReader(array[offset..], isFinalBlock: true, state);
        element = null;
        if (!reader.Read() || (offset == 0 && !reader.Read()))
            throw new JsonException("The list has no end.");
        var isElement = reader.TokenType != JsonTokenType.EndArray;
        if (isElement && Extent.Of(reader) is { Depth: <= Extent.Deepest, Values: <= Extent.Most })
            element = JsonNode.Parse(ref reader);
        else if (isElement)
            reader.Skip();
        else if (reader.Read())
            throw new JsonException("Something follows the list.");
        (offset, state) = (offset + (int)reader.BytesConsumed, reader.CurrentState);
        return isElement;
    }

    /// <summary>An object with a name, whatever it is wrapped in; null when there is none.</summary>
    public static JsonObject? Open(JsonNode? element) => Open(element, MostWrappings);

    private static JsonObject? Open(JsonNode? element, int wrappings) => element switch
    {
        _ when wrappings == 0 => null,
        JsonValue => Open(Inner(element), wrappings - 1),
        JsonObject record when Array.Find(RecordNames, record.Has) is { } name => Open(record.Named(name), wrappings - 1),
        JsonObject item when Facts.Name.Text(item) is not null => item,
        _ => null,
    };

    private static string? Error(JsonObject answer) =>
        ErrorNames.Select(name => answer.Named(name)).FirstOrDefault(error => !IsNothing(error))?.ToJsonString()
        ?? (Fact.Scalar(answer.Named("success")) == "False" ? "success is false" : null)
        ?? CodeNames.Where(name => Fact.Number(answer.Named(name)) >= 400).Select(name => $"{name} is {Fact.Scalar(answer.Named(name))}").FirstOrDefault();

    private static bool IsNothing(JsonNode? node) => node switch
    {
        null or JsonArray { Count: 0 } or JsonObject { Count: 0 } => true,
        JsonValue => Fact.Scalar(node) is null or "" or "False" or "0",
        _ => false,
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
                return JsonNode.Parse(inner);
            var bytes = new byte[inner.Length];
            return Convert.TryFromBase64String(inner, bytes, out var length) ? JsonNode.Parse(bytes.AsSpan(0, length)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

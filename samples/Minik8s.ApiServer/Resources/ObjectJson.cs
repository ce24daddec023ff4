using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Resources;

/// <summary>Between an object's JSON tree, which is edited, and its bytes, which are stored and sent.</summary>
internal static class ObjectJson
{
    /// <summary>How deep an object may be nested: low enough that whoever stops reading at 64 can read it in a list.</summary>
    public const int MaxDepth = 60;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] BeforeVersion = ["name", "generateName", "namespace", "uid"];

    private static readonly string[] AfterVersion =
        ["generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

    private static readonly HashSet<string> Ordered = [.. BeforeVersion, "resourceVersion", .. AfterVersion];

    /// <summary>What a stranger sent. JsonNode looks at a string only when it is asked for, so this does at once.</summary>
    /// <exception cref="JsonException">It is not JSON, a property stands twice, or a string is no text.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new JsonException("it is not UTF-8");
        }

        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }
        }
        catch (InvalidOperationException half)
        {
            throw new JsonException($"a string holds half a character: {half.Message}", half);
        }

        return JsonNode.Parse(utf8, documentOptions: Strict);
    }

    /// <summary>A tree of its own to edit.</summary>
    public static JsonObject ToTree(StoredObject stored) => (JsonObject)JsonNode.Parse(stored.Json)!;

    /// <summary>How deep objects and lists are nested; 0 for a plain value.</summary>
    public static int Depth(JsonNode? tree) => tree switch
    {
        JsonObject o => 1 + o.Select(member => Depth(member.Value)).DefaultIfEmpty().Max(),
        JsonArray list => 1 + list.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    /// <summary>The member as an object, created when missing or null.</summary>
    /// <exception cref="StatusException">400: it is something else.</exception>
    public static JsonObject Member(JsonObject tree, string name)
    {
        if (tree[name] is { } present)
        {
            return present as JsonObject ?? throw new StatusException(Status.BadRequest($"{name}: expected an object"));
        }

        JsonObject member = [];
        tree[name] = member;
        return member;
    }

    /// <summary>The string at a path of members, or null when there is none.</summary>
    public static string? Text(JsonNode? tree, params ReadOnlySpan<string> path)
    {
        foreach (var member in path)
        {
            tree = (tree as JsonObject)?[member];
        }

        return tree is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
    }

    /// <summary>The whole number at a path of members, or null when there is none.</summary>
    public static long? Number(JsonNode? tree, params ReadOnlySpan<string> path)
    {
        foreach (var member in path)
        {
            tree = (tree as JsonObject)?[member];
        }

        return tree is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
    }

    /// <summary>Serializes a complete object. Its version is 0 until the store gives it one.</summary>
    public static StoredObject ToStored(ResourceKind kind, JsonObject tree)
    {
        var metadata = Member(tree, "metadata");
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        Write(json, metadata, BeforeVersion);
        var versionAt = (int)(json.BytesCommitted + json.BytesPending) + ",\"resourceVersion\":\"".Length;
        json.WriteString("resourceVersion", "0");
        Write(json, metadata, AfterVersion);
        Write(json, metadata, metadata.Select(member => member.Key).Where(name => !Ordered.Contains(name)));
        json.WriteEndObject();
        Write(json, tree, tree.Select(member => member.Key).Where(name => name is not ("metadata" or "kind" or "apiVersion")));
        json.WriteEndObject();
        json.Flush();

        var name = Text(metadata, "name")!;
        var @namespace = Text(metadata, "namespace") ?? "";
        return new StoredObject(
            kind, kind.Key(@namespace, name), @namespace, name, Text(metadata, "uid") ?? "", 0,
            buffer.WrittenSpan.ToArray(), versionAt, Labels(metadata),
            Text(tree, "spec", "nodeName") ?? "", Text(tree, "status", "phase") ?? "");
    }

    private static KeyValuePair<string, string>[] Labels(JsonObject metadata) =>
        metadata["labels"] is JsonObject { Count: > 0 } labels
            ? [.. labels.Select(label => KeyValuePair.Create(label.Key, Text(label.Value) ?? ""))]
            : [];

    private static void Write(Utf8JsonWriter json, JsonObject tree, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (tree.TryGetPropertyValue(name, out var value) && (value is not null || !Ordered.Contains(name)))
            {
                json.WritePropertyName(name);
                if (value is null)
                {
                    json.WriteNullValue();
                }
                else
                {
                    value.WriteTo(json);
                }
            }
        }
    }
}

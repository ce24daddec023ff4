using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Resources;

/// <summary>Between an object's JSON tree, which is edited, and its bytes, which are stored and sent.</summary>
internal static class ObjectJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] BeforeVersion = ["name", "generateName", "namespace", "uid"];

    private static readonly string[] AfterVersion =
        ["generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

    private static readonly HashSet<string> Ordered = [.. BeforeVersion, "resourceVersion", .. AfterVersion];

    /// <exception cref="JsonException">It is not JSON, or a property stands twice.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8) => JsonNode.Parse(utf8, documentOptions: Strict);

    /// <summary>A tree of its own to edit.</summary>
    public static JsonObject ToTree(StoredObject stored) => (JsonObject)Parse(stored.Json)!;

    /// <summary>The member as an object, created when missing or null.</summary>
    public static JsonObject Member(JsonObject tree, string name)
    {
        if (tree[name] is JsonObject member)
        {
            return member;
        }

        member = [];
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

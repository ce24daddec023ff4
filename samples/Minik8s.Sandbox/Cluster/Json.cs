using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>Reads what anyone may have written: the sample API server takes specs as they come.</summary>
internal static class Json
{
    private const int ShownAtMost = 60;

    /// <summary>A string; null for anything else.</summary>
    public static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A whole number; null for anything else.</summary>
    public static int? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    /// <summary>As it is written, for a message; the beginning when it is long.</summary>
    public static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= ShownAtMost ? text : text[..ShownAtMost] + "…";
    }
}

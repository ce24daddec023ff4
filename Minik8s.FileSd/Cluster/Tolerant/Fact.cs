using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Cluster.Tolerant;

/// <summary>A fact and the places where it may be found, in order of preference.</summary>
/// <param name="Paths">Property names joined by dots, from the object's root. Names are compared without regard to case.</param>
internal sealed record Fact(params IReadOnlyList<string> Paths)
{
    /// <summary>Each of the names in each of the sections; a section that is empty is the root.</summary>
    public static Fact In(IReadOnlyList<string> sections, params IReadOnlyList<string> names) =>
        new([.. names.SelectMany(name => sections.Select(section => section.Length == 0 ? name : $"{section}.{name}"))]);

    /// <summary>This, or else that.</summary>
    public Fact Or(Fact other) => new([.. Paths, .. other.Paths]);

    /// <summary>Whatever is in those places, without the nulls.</summary>
    public IEnumerable<JsonNode> All(JsonObject item) => Paths.Select(path => At(item, path)).OfType<JsonNode>();

    /// <summary>The first that is a text, a number or a boolean, as text; null when there is none but empty ones.</summary>
    public string? Text(JsonObject item) => All(item).Select(Scalar).FirstOrDefault(text => !string.IsNullOrEmpty(text));

    /// <summary>The first array's elements; empty when there is none.</summary>
    public IReadOnlyList<JsonNode> Items(JsonObject item) =>
        All(item).OfType<JsonArray>().FirstOrDefault() is { } array ? [.. array.OfType<JsonNode>()] : [];

    /// <summary>The first object.</summary>
    public JsonObject? Object(JsonObject item) => All(item).OfType<JsonObject>().FirstOrDefault();

    public static string? Scalar(JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>().Trim(),
        JsonValueKind.Number => value.ToString(),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        _ => null,
    };

    /// <summary>A number, or a text that is one; null for anything else.</summary>
    public static int? Number(JsonNode? node) =>
        int.TryParse(Scalar(node), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static JsonNode? At(JsonNode item, string path)
    {
        JsonNode? node = item;
        foreach (var name in path.Split('.'))
            node = node.Named(name);
        return node;
    }
}

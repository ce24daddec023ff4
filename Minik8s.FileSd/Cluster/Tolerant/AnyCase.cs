using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Cluster.Tolerant;

/// <summary>
/// Properties of JSON objects by their names in any case. The objects themselves stay as they are, for of labels two may
/// differ in case alone.
/// </summary>
internal static class AnyCase
{
    /// <summary>Null when it is no object, has no such property, or null in it. The exact name goes first.</summary>
    public static JsonNode? Named(this JsonNode? node, string name) =>
        node is JsonObject item && item.TryGetName(name, out var found) ? item[found] : null;

    public static bool Has(this JsonObject item, string name) => item.TryGetName(name, out _);

    private static bool TryGetName(this JsonObject item, string name, out string found)
    {
        found = name;
        if (item.ContainsKey(name))
            return true;
        foreach (var (key, _) in item)
        {
            if (!key.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            found = key;
            return true;
        }

        return false;
    }
}

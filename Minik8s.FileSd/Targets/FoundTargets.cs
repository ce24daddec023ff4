using System.Text.Json;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// What an earlier run has left in a target file: that from which the first list is told apart. The file itself stays until
/// that list is whole.
/// </summary>
internal static class FoundTargets
{
    /// <summary>
    /// The targets by their objects, as their labels <c>namespace</c>, <c>pod</c> and <c>node</c> name them; without these by
    /// their address. Empty where there is no file, or one that Prometheus would not take.
    /// </summary>
    public static IReadOnlyCollection<KeyValuePair<ObjectKey, RenderedTargets>> Read(string path)
    {
        var found = new SortedDictionary<ObjectKey, List<RenderedGroup>>();
        var pods = new HashSet<ObjectKey>();
        try
        {
            var bytes = File.ReadAllBytes(path);
            var reader = new Utf8JsonReader(bytes);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                return [];
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var (key, isPod, group) = Read(ref reader, bytes);
                if (!found.TryGetValue(key, out var groups))
                    found[key] = groups = [];
                groups.Add(group);
                if (isPod)
                    pods.Add(key);
            }

            return reader.TokenType == JsonTokenType.EndArray && !reader.Read()
                ? [.. found.Select(each => KeyValuePair.Create(each.Key, RenderedTargets.Found(each.Value, pods.Contains(each.Key))))]
                : [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException
            or KeyNotFoundException or IndexOutOfRangeException)
        {
            return [];
        }
    }

    private static (ObjectKey Key, bool IsPod, RenderedGroup Group) Read(ref Utf8JsonReader reader, byte[] bytes)
    {
        var start = (int)reader.TokenStartIndex;
        var group = JsonElement.ParseValue(ref reader);
        var address = group.GetProperty("targets")[0].GetString()!;
        var labels = group.GetProperty("labels");
        var pod = Label("pod");
        var name = pod ?? Label("node") ?? address;
        return (new(Label("namespace") ?? "", name), pod is not null, new(address, bytes[start..(int)reader.BytesConsumed], []));

        string? Label(string label) => labels.TryGetProperty(label, out var value) ? value.GetString() : null;
    }
}

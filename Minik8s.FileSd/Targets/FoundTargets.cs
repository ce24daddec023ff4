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
    /// their address. What Prometheus would not take is not among them; empty where there is no such file.
    /// </summary>
    public static IReadOnlyCollection<KeyValuePair<ObjectKey, RenderedTargets>> Read(string path)
    {
        var found = new SortedDictionary<ObjectKey, (List<RenderedGroup> Groups, bool IsPod)>();
        try
        {
            var bytes = File.ReadAllBytes(path);
            var reader = new Utf8JsonReader(bytes);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
                return [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var line = bytes[start..(int)reader.BytesConsumed];
                if (GroupCheck.Fault(line) is not null)
                    continue;
                var (key, isPod, address) = Names(line);
                if (!found.TryGetValue(key, out var targets))
                    found[key] = targets = ([], isPod);
                targets.Groups.Add(new(address, line, []));
            }

            return reader.Read() ? [] : [.. found.Select(each => KeyValuePair.Create(each.Key, RenderedTargets.Found(each.Value.Groups, each.Value.IsPod)))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private static (ObjectKey Key, bool IsPod, string Address) Names(byte[] line)
    {
        using var group = JsonDocument.Parse(line);
        var address = group.RootElement.GetProperty("targets")[0].GetString()!;
        var labels = group.RootElement.GetProperty("labels");
        var pod = Label("pod");
        return (new(Label("namespace") ?? "", pod ?? Label("node") ?? address), pod is not null, address);

        string? Label(string label) => labels.TryGetProperty(label, out var value) ? value.GetString() : null;
    }
}

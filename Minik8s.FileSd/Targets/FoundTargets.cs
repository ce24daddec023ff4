using System.Text.Json;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// What an earlier run has left in a target file: that from which the first list is told apart. The file itself stays until
/// that list is whole.
/// </summary>
internal static class FoundTargets
{
    /// <summary>Bytes; twice the file of the largest cluster that Kubernetes is tested for.</summary>
    private const int Longest = 256 << 20;

    private static readonly byte[] ShardLabel = Utf8Text.Bytes(Shard.Label);

    /// <summary>
    /// The targets by their objects, as their labels <c>namespace</c>, <c>pod</c> and <c>node</c> name them; without these by
    /// their address. What Prometheus would not take is not among them; empty where there is no such file.
    /// </summary>
    /// <remarks>Of a file that is broken somewhere, what stands before counts: Prometheus, too, still has the targets.</remarks>
    public static IReadOnlyCollection<KeyValuePair<ObjectKey, RenderedTargets>> Read(string path)
    {
        var found = new SortedDictionary<ObjectKey, (List<RenderedGroup> Groups, bool IsPod)>();
        try
        {
            if (Posix.Stamp(path) is { IsRegular: true, Size: <= Longest })
                Read(File.ReadAllBytes(path), found);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            // Whatever it is, the first list replaces it.
        }

        return [.. found.Select(each => KeyValuePair.Create(each.Key, RenderedTargets.Found(each.Value.Groups, each.Value.IsPod)))];
    }

    /// <summary>
    /// What of it a list may be doubted for, with the label of its shard as it is now. What another sharding has put into the
    /// file, and this one would not, goes by the settings and not by anybody's silence.
    /// </summary>
    /// <param name="shard">Null for all targets.</param>
    public static IReadOnlyCollection<KeyValuePair<ObjectKey, RenderedTargets>> Divided(
        IEnumerable<KeyValuePair<ObjectKey, RenderedTargets>> found, Shard? shard) =>
    [
        .. from each in found
           let groups = each.Value.Groups.Where(line => shard?.Has(line.Address) != false).Select(line => Labelled(each.Key, line, shard)).ToList()
           where groups.Count > 0
           select KeyValuePair.Create(each.Key, each.Value with { Groups = groups }),
    ];

    /// <summary>What the file said.</summary>
    public static FileContent Content(IEnumerable<KeyValuePair<ObjectKey, RenderedTargets>> found) => new(
    [
        found.Aggregate(
            TargetSet.Unknown(DropGuard.Off).Apply(Change<RenderedTargets>.ListBegan),
            (targets, each) => targets.Apply(new(ChangeKind.Listed, each.Key, each.Value)))
            .Apply(Change<RenderedTargets>.ListEnded),
    ]);

    private static RenderedGroup Labelled(ObjectKey key, RenderedGroup group, Shard? shard)
    {
        if (shard is null && group.Before.AsSpan().IndexOf(ShardLabel) < 0)
            return group;
        var labels = new SortedDictionary<string, string>(new TargetLine(key, group, default).ReadLabels(), StringComparer.Ordinal);
        if (labels.GetValueOrDefault(Shard.Label) == shard?.LabelValue)
            return group;
        labels.Remove(Shard.Label);
        if (shard is not null)
            labels.Add(Shard.Label, shard.LabelValue);
        return RenderedGroup.Of(new(group.Address, [.. labels]), withNode: false);
    }

    private static void Read(byte[] bytes, SortedDictionary<ObjectKey, (List<RenderedGroup> Groups, bool IsPod)> found)
    {
        var start = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(bytes.AsSpan(start), new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var first = start + (int)reader.TokenStartIndex;
            reader.Skip();
            var line = bytes[first..(start + (int)reader.BytesConsumed)];
            if (GroupCheck.Fault(line) is not null)
                continue;
            var (key, isPod, address) = Names(line);
            if (!found.TryGetValue(key, out var targets))
                found[key] = targets = ([], isPod);
            targets.Groups.Add(new(address, line, []));
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

using System.Security.Cryptography;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// What a target file is to say: the targets of all objects of a kind, sorted by namespace and name, so that the same
/// cluster gives the same bytes whatever the order in which it was told.
/// </summary>
internal sealed class FileContent
{
    private static readonly EqualityComparer<TargetLine> SameLine =
        EqualityComparer<TargetLine>.Create((a, b) => a.Group == b.Group && a.NodeLabels.Span.SequenceEqual(b.NodeLabels.Span));

    private readonly IReadOnlyList<TargetSet> _parts;
    private readonly TargetSet? _nodes;
    private readonly Lazy<Dictionary<(ObjectKey Loser, string Address), ObjectKey>> _taken;
    private readonly Lazy<VerdictCounts> _verdicts;
    private readonly Lazy<Dictionary<string, ReadOnlyMemory<byte>>> _labelsByHost;

    /// <param name="parts">Complete; sorted among themselves, a part for each namespace that is followed by itself.</param>
    /// <param name="nodes">
    /// Complete; give their labels to the targets of their pods, and their names where a pod does not have it. Null when they do not.
    /// </param>
    public FileContent(IReadOnlyList<TargetSet> parts, TargetSet? nodes = null)
    {
        (_parts, _nodes) = (parts, nodes);
        _taken = new(FindTaken);
        _verdicts = new(CountVerdicts);
        _labelsByHost = new(FindLabelsByHost);
    }

    /// <summary>Whether any targets get the name of their node by its address.</summary>
    public static bool NeedsNodes(IReadOnlyList<TargetSet> parts) =>
        parts.Any(part => part.Verdicts.Nodeless > 0);

    public int Objects => _parts.Sum(part => part.Objects.Count);

    /// <summary>Target groups in the file.</summary>
    public int Count => Verdicts.Groups;

    public VerdictCounts Verdicts => _verdicts.Value;

    /// <summary>Bytes of the file.</summary>
    public long Length => Render().Sum(piece => (long)piece.Length);

    /// <summary>SHA-256 of the bytes of the file in lower case hexadecimal; found out anew each time.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Render())
            hash.AppendData(piece.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What was left out, object by object.</summary>
    public IEnumerable<(ObjectKey Key, Remark Remark)> Remarks =>
        (Verdicts.HasRemarks ? Each.Where(each => each.Value.Remarks.Count > 0) : [])
        .SelectMany(each => each.Value.Remarks.Select(remark => (each.Key, remark)))
        .Concat(_taken.Value.Select(taken => (taken.Key.Loser, new Remark(
            RemarkKind.AddressTaken, $"its address {taken.Key.Address} is that of the pod {taken.Value}"))));

    /// <summary>All known objects, targets or not, sorted by namespace and name.</summary>
    public IEnumerable<KeyValuePair<ObjectKey, RenderedTargets>> Each => _parts.SelectMany(part => part.Objects);

    /// <summary>Null when it is not known.</summary>
    public RenderedTargets? Find(ObjectKey key) =>
        _parts.Select(part => part.Objects.GetValueOrDefault(key)).FirstOrDefault(found => found is not null);

    /// <summary>The newer pod that has taken an address from this one; null when none has.</summary>
    public ObjectKey? TakenBy(ObjectKey key, string address) =>
        _taken.Value.TryGetValue((key, address), out var winner) ? winner : null;

    /// <summary>
    /// The step that makes it news to whoever knew <paramref name="before"/>, and whether it is one of the nodes that give
    /// their labels; null when there is none that could alter the file.
    /// </summary>
    /// <param name="before">The content just before this one; null when there was none.</param>
    public (Origin Origin, bool OfNode)? NewsSince(FileContent? before)
    {
        for (var i = 0; i < _parts.Count; i++)
        {
            if (_parts[i].Origin is { } origin && !ReferenceEquals(origin, before?._parts[i].Origin))
                return (origin, false);
        }

        return _nodes?.Origin is { } node && !ReferenceEquals(node, before?._nodes?.Origin) ? (node, true) : null;
    }

    /// <summary>Whether both give the same bytes.</summary>
    public bool SaysTheSameAs(FileContent other)
    {
        if (_nodes == other._nodes && _parts.Select(part => part.Objects).SequenceEqual(other._parts.Select(part => part.Objects)))
            return true;
        return Lines.SequenceEqual(other.Lines, SameLine);
    }

    /// <summary>
    /// The file in pieces: a JSON array with one target group to a line, <c>[]</c> when there is none, and a line break
    /// at the end.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> Render()
    {
        var first = true;
        foreach (var (_, group, nodeLabels) in Lines)
        {
            yield return first ? Bytes.Open : Bytes.Between;
            first = false;
            yield return group.Before;
            if (group.After.Length == 0)
                continue;
            foreach (var piece in group.RenderAfter(nodeLabels))
                yield return piece;
        }

        yield return first ? Bytes.Empty : Bytes.Close;
    }

    /// <summary>The targets in the order of the file.</summary>
    public IEnumerable<TargetLine> Lines
    {
        get
        {
            // Without a step between: this goes over all objects at each change.
            foreach (var part in _parts)
            {
                foreach (var (key, targets) in part.Objects)
                {
                    if (targets.Groups.Count == 0)
                        continue;
                    var nodeLabels = LabelsOf(targets);
                    for (var i = 0; i < targets.Groups.Count; i++)
                    {
                        if (!IsTaken(key, targets.Groups[i]))
                            yield return new(key, targets.Groups[i], nodeLabels);
                    }
                }
            }
        }
    }

    private bool IsTaken(ObjectKey key, RenderedGroup group) =>
        _taken.Value.Count > 0 && _taken.Value.ContainsKey((key, group.Address));

    private ReadOnlyMemory<byte> LabelsOf(RenderedTargets targets) => targets switch
    {
        _ when _nodes is null => default,
        { Node: { } name } => _nodes.Objects.TryGetValue(new ObjectKey("", name), out var found) ? found.LabelsForPods : default,
        { HostOfNode: { } host } => _labelsByHost.Value.GetValueOrDefault(host),
        _ => default,
    };

    /// <summary>For the pods of each node, beside its other labels, its name. Of two nodes with one address the ordinally first.</summary>
    private Dictionary<string, ReadOnlyMemory<byte>> FindLabelsByHost()
    {
        var labels = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var (key, node) in _nodes!.Objects)
        {
            if (node.Host is not { } host || labels.ContainsKey(host))
                continue;
            byte[] name = TargetGroup.RenderLabels([KeyValuePair.Create("node", key.Name)]);
            labels[host] = node.LabelsForPods.Length == 0 ? name : (byte[])[.. name, (byte)',', .. node.LabelsForPods];
        }

        return labels;
    }

    /// <summary>
    /// The addresses that older pods have lost to newer ones: an IP address is given to the next pod while the last one is
    /// still said to have it. Of pods that are equally old the ordinally first keeps it.
    /// </summary>
    private Dictionary<(ObjectKey Loser, string Address), ObjectKey> FindTaken()
    {
        var taken = new Dictionary<(ObjectKey, string), ObjectKey>();
        if (!MayHaveTaken())
            return taken;
        var holders = new Dictionary<string, (ObjectKey Key, DateTimeOffset Created)>();
        foreach (var (key, targets) in Each)
        {
            if (targets.Created is not { } created)
                continue;
            foreach (var address in targets.Groups.Select(group => group.Address))
            {
                if (holders.TryAdd(address, (key, created)) || holders[address] is var holder && holder.Key == key)
                    continue;
                var (loser, winner) = created > holder.Created ? (holder.Key, key) : (key, holder.Key);
                taken[(loser, address)] = winner;
                if (winner == key)
                    holders[address] = (key, created);
            }
        }

        return taken;
    }

    /// <summary>
    /// Whether any two groups may have one address: nearly always none have, and that is to cost nearly nothing, for it is asked
    /// at each change.
    /// </summary>
    private bool MayHaveTaken() =>
        _parts is [var only] ? only.Addresses.MayMeet(only.Objects) : AddressCrowd.MayMeet(_parts.Select(part => part.Objects));

    private VerdictCounts CountVerdicts()
    {
        var sum = VerdictCounts.Sum([.. _parts.Select(part => part.Verdicts)]);
        if (_taken.Value.Count == 0)
            return sum;
        var keys = _taken.Value.Keys.Select(taken => taken.Loser).ToHashSet();
        var losers = Each.Where(each => keys.Contains(each.Key)).ToList();
        var all = losers.Count(each => each.Value.Groups.All(group => IsTaken(each.Key, group)));
        var groups = losers.Sum(each => each.Value.Groups.Count(group => IsTaken(each.Key, group)));
        return sum.WithAddressesTaken(all, losers.Count - all, groups);
    }

    private static class Bytes
    {
        public static readonly byte[] Open = [.. "[\n"u8];
        public static readonly byte[] Between = [.. ",\n"u8];
        public static readonly byte[] Close = [.. "\n]\n"u8];
        public static readonly byte[] Empty = [.. "[]\n"u8];
    }
}

using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Minik8s.FileSd.Targets;

/// <summary>The targets of one object as they stand in the file. Equal bytes are equal targets.</summary>
/// <param name="Groups">Empty when the object is not a target.</param>
/// <param name="Reason">Why the object is not a target; null when it is.</param>
/// <param name="Remarks">What was left out of it.</param>
internal sealed record RenderedTargets(IReadOnlyList<RenderedGroup> Groups, Reason? Reason, IReadOnlyList<Remark> Remarks)
{
    private static readonly RenderedTargets[] None =
        [.. Enum.GetValues<Reason>().Select(reason => new RenderedTargets([], reason, []))];

    private static readonly Remark Unread = new(
        RemarkKind.ObjectUnreadable, "the server tells it now in a way that cannot be read; --log.level=debug says what is wrong");

    /// <summary>Of two objects with one address the newer one has it. Null where addresses are not contested.</summary>
    public DateTimeOffset? Created { get; private init; }

    /// <summary>The node whose labels the groups get besides; null for none.</summary>
    public string? Node { get; private init; }

    /// <summary>The address of the node whose name the groups get as a label; null where they have it, or there is none.</summary>
    public string? HostOfNode { get; private init; }

    /// <summary>The address of a node; null for none.</summary>
    public string? Host { get; private init; }

    /// <summary>The labels that a node gives to the targets of its pods, as they stand between braces; empty for none.</summary>
    public byte[] LabelsForPods { get; private init; } = [];

    /// <summary>Whether a file tells anything of it.</summary>
    public bool IsTold => Groups.Count > 0 || LabelsForPods.Length > 0 || Host is not null;

    /// <summary>Of a file that an earlier run has written.</summary>
    /// <param name="ofPod">Whatever is known of a pod by now is newer.</param>
    public static RenderedTargets Found(IReadOnlyList<RenderedGroup> groups, bool ofPod) =>
        new(groups, null, []) { Created = ofPod ? DateTimeOffset.MinValue : null };

    /// <summary>
    /// Renders, and checks what it has rendered by Prometheus' rules: what fails is left out alone, for in the file it would
    /// cost all others their place. Checked once is enough: the bytes are not changed from here on, and a file is nothing but
    /// these pieces, commas between them and brackets around.
    /// </summary>
    public static RenderedTargets Of(Verdict verdict)
    {
        var rendered = verdict is Verdict.Target target ? Of(target) : None[(int)((Verdict.NotTarget)verdict).Reason];
        if (verdict.LabelsForPods is not null)
            rendered = rendered.GiveToPods(TargetGroup.RenderLabels(verdict.LabelsForPods));
        return verdict.Host is null ? rendered : rendered with { Host = verdict.Host };
    }

    private static RenderedTargets Of(Verdict.Target target)
    {
        var groups = new List<RenderedGroup>(target.Groups.Count);
        var remarks = target.Remarks;
        foreach (var group in target.Groups.Select(group => RenderedGroup.Of(group, withNode: target.Node is not null || target.HostOfNode is not null)))
        {
            if (group.Fault is not { } fault)
                groups.Add(group);
            else
                remarks = [.. remarks, new(RemarkKind.GroupInvalid, fault)];
        }

        return groups.Count == 0
            ? None[(int)Targets.Reason.GroupInvalid] with { Remarks = remarks }
            : new(groups, null, remarks) { Created = target.Created, Node = target.Node, HostOfNode = target.HostOfNode };
    }

    private RenderedTargets GiveToPods(byte[] labels) =>
        GroupCheck.LabelsFault(labels) is { } fault
            ? this with { Remarks = [.. Remarks, new(RemarkKind.GroupInvalid, $"for its pods: {fault}")] }
            : this with { LabelsForPods = labels };

    /// <summary>
    /// An object that cannot be read any more keeps the targets that it had, here or in another shard: nothing says that they
    /// are gone.
    /// </summary>
    /// <param name="before">What was known of the object; null when it was not known.</param>
    public RenderedTargets OrAsBefore(RenderedTargets? before)
    {
        if (Reason != Targets.Reason.ObjectUnreadable || before is null or { Groups: [], Host: null, Reason: not Targets.Reason.OtherShard })
            return this;
        return before.Remarks.Contains(Unread) ? before : before with { Remarks = [.. before.Remarks, Unread] };
    }

    public bool Equals(RenderedTargets? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Reason == other.Reason
            && Created == other.Created
            && Node == other.Node
            && HostOfNode == other.HostOfNode
            && Host == other.Host
            && LabelsForPods.AsSpan().SequenceEqual(other.LabelsForPods)
            && Groups.SequenceEqual(other.Groups)
            && Remarks.SequenceEqual(other.Remarks));

    public override int GetHashCode() => Groups.Count == 0 ? Reason.GetHashCode() : Groups[0].GetHashCode();
}

/// <summary>One target group as it stands in the file, on one line.</summary>
/// <param name="Before">The JSON up to where the labels of the pod's node stand; all of it where there are none.</param>
/// <param name="After">The rest; empty where there is none.</param>
internal sealed record RenderedGroup(string Address, byte[] Before, byte[] After)
{
    /// <summary>Labels of nodes sort from here on, and before those of pods.</summary>
    private const string NodeLabels = "__meta_kubernetes_node_";

    /// <summary>Why Prometheus would not take it, without the labels of a node; null when it does.</summary>
    public string? Fault => GroupCheck.Fault(After.Length == 0 ? Before : [.. Before, .. After]);

    /// <summary>Of so many bits that two addresses of a hundred thousand hardly ever share it.</summary>
    public ulong AddressHash { get; } = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Address.AsSpan()));

    /// <param name="withNode">There are to be labels of its node.</param>
    public static RenderedGroup Of(TargetGroup group, bool withNode)
    {
        var (before, after) = withNode ? group.RenderAround(NodeLabels) : (group.Render(), []);
        return new(group.Address, before, after);
    }

    /// <summary>What follows <see cref="Before"/>, where the labels of the pod's node belong.</summary>
    /// <param name="nodeLabels">As they stand between braces; empty when the node is not known.</param>
    public IEnumerable<ReadOnlyMemory<byte>> RenderAfter(ReadOnlyMemory<byte> nodeLabels)
    {
        if (nodeLabels.Length > 0)
        {
            var isFirst = Before[^1] == '{';
            if (!isFirst)
                yield return Comma;
            yield return nodeLabels;
            if (isFirst && After[0] == '"')
                yield return Comma;
        }

        yield return After;
    }

    public bool Equals(RenderedGroup? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Before.AsSpan().SequenceEqual(other.Before) && After.AsSpan().SequenceEqual(other.After));

    public override int GetHashCode() => HashCode.Combine(Address, Before.Length, After.Length);

    private static readonly byte[] Comma = [(byte)','];
}

using System.Collections.Immutable;

namespace Minik8s.FileSd.Targets;

/// <summary>How many objects have which verdict and which remark. Counted along with each change: nothing is gone through for it.</summary>
internal sealed class VerdictCounts
{
    private const int GroupsIndex = 0;
    private const int TargetsIndex = 1;
    private const int NodelessIndex = 2;
    private const int QuarantinedIndex = 3;
    private const int FirstReason = 4;
    private static readonly int FirstRemark = FirstReason + Enum.GetValues<Reason>().Length;
    public static readonly VerdictCounts None = new(ImmutableArray.Create(new int[FirstRemark + Enum.GetValues<RemarkKind>().Length]));

    // After the groups, the targets, those without a node's name and the groups that were left out come the reasons in their order, then the remarks.
    private readonly ImmutableArray<int> _counts;

    private VerdictCounts(ImmutableArray<int> counts) => _counts = counts;

    /// <summary>Target groups of all targets.</summary>
    public int Groups => _counts[GroupsIndex];

    /// <summary>Objects that are targets.</summary>
    public int Targets => _counts[TargetsIndex];

    /// <summary>Targets that are to get the name of their node by its address.</summary>
    public int Nodeless => _counts[NodelessIndex];

    /// <summary>Groups, and labels of nodes for their pods, that are left out because Prometheus would not take them.</summary>
    public int Quarantined => _counts[QuarantinedIndex];

    public bool HasRemarks => _counts.AsSpan()[FirstRemark..].ContainsAnyExcept(0);

    public int Of(Reason reason) => _counts[Index(reason)];

    public int Of(RemarkKind kind) => _counts[Index(kind)];

    public static VerdictCounts Count(IEnumerable<RenderedTargets> objects)
    {
        var counts = None._counts.ToBuilder();
        foreach (var each in objects)
            Add(counts, each, 1);
        return new(counts.MoveToImmutable());
    }

    public static VerdictCounts Sum(IReadOnlyList<VerdictCounts> counts) => counts is [var single]
        ? single
        : new([.. None._counts.Select((_, i) => counts.Sum(each => each._counts[i]))]);

    /// <param name="before">Null when the object is new.</param>
    /// <param name="after">Null when it is gone.</param>
    public VerdictCounts Replace(RenderedTargets? before, RenderedTargets? after)
    {
        var counts = _counts.ToBuilder();
        if (before is not null)
            Add(counts, before, -1);
        if (after is not null)
            Add(counts, after, 1);
        return new(counts.MoveToImmutable());
    }

    /// <summary>Some targets have lost their addresses to newer objects.</summary>
    /// <param name="all">Objects that have lost all of them, and are no targets any more.</param>
    /// <param name="some">Objects that have kept another one.</param>
    /// <param name="groups">The groups at these addresses.</param>
    public VerdictCounts WithAddressesTaken(int all, int some, int groups)
    {
        var counts = _counts.ToBuilder();
        counts[GroupsIndex] -= groups;
        counts[TargetsIndex] -= all;
        counts[Index(Reason.AddressTaken)] += all;
        counts[Index(RemarkKind.AddressTaken)] += some;
        return new(counts.MoveToImmutable());
    }

    private static void Add(ImmutableArray<int>.Builder counts, RenderedTargets targets, int number)
    {
        counts[targets.Reason is { } reason ? Index(reason) : TargetsIndex] += number;
        counts[GroupsIndex] += number * targets.Groups.Count;
        if (targets.HostOfNode is not null)
            counts[NodelessIndex] += number;
        if (targets.Remarks.Count == 0)
            return;
        counts[QuarantinedIndex] += number * targets.Remarks.Count(remark => remark.Kind == RemarkKind.GroupInvalid);
        foreach (var kind in targets.Remarks.Select(remark => remark.Kind).Distinct())
            counts[Index(kind)] += number;
    }

    private static int Index(Reason reason) => FirstReason + (int)reason;

    private static int Index(RemarkKind kind) => FirstRemark + (int)kind;
}

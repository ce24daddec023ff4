using System.Collections.Immutable;

namespace Minik8s.FileSd.Targets;

/// <summary>How many objects have which verdict and which remark. Counted along with each change: nothing is gone through for it.</summary>
internal sealed class VerdictCounts
{
    private static readonly int Reasons = Enum.GetValues<Reason>().Length;
    public static readonly VerdictCounts None = new(ImmutableArray.Create(new int[1 + Reasons + Enum.GetValues<RemarkKind>().Length]));

    // The targets come first, then the reasons in their order, then the remarks.
    private readonly ImmutableArray<int> _counts;

    private VerdictCounts(ImmutableArray<int> counts) => _counts = counts;

    public int Targets => _counts[0];

    public bool HasRemarks => _counts.AsSpan()[(1 + Reasons)..].ContainsAnyExcept(0);

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
    public VerdictCounts WithAddressesTaken(int all, int some)
    {
        var counts = _counts.ToBuilder();
        counts[0] -= all;
        counts[Index(Reason.AddressTaken)] += all;
        counts[Index(RemarkKind.AddressTaken)] += some;
        return new(counts.MoveToImmutable());
    }

    private static void Add(ImmutableArray<int>.Builder counts, RenderedTargets targets, int number)
    {
        counts[targets.Reason is { } reason ? Index(reason) : 0] += number;
        if (targets.Remarks.Count == 0)
            return;
        foreach (var kind in targets.Remarks.Select(remark => remark.Kind).Distinct())
            counts[Index(kind)] += number;
    }

    private static int Index(Reason reason) => 1 + (int)reason;

    private static int Index(RemarkKind kind) => 1 + Reasons + (int)kind;
}

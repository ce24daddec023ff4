using System.Collections.Immutable;

namespace Minik8s.FileSd.Targets;

/// <summary>How many objects have which verdict. Counted along with each change: nothing is gone through for it.</summary>
internal sealed class VerdictCounts
{
    public static readonly VerdictCounts None = new(ImmutableArray.Create(new int[Enum.GetValues<Reason>().Length + 1]));

    // The targets come first, then the reasons in their order.
    private readonly ImmutableArray<int> _counts;

    private VerdictCounts(ImmutableArray<int> counts) => _counts = counts;

    public int Targets => _counts[0];

    public int Of(Reason reason) => _counts[1 + (int)reason];

    public static VerdictCounts Count(IEnumerable<RenderedTargets> objects)
    {
        var counts = None._counts.ToBuilder();
        foreach (var each in objects)
            counts[Index(each)]++;
        return new(counts.MoveToImmutable());
    }

    /// <param name="before">Null when the object is new.</param>
    /// <param name="after">Null when it is gone.</param>
    public VerdictCounts Replace(RenderedTargets? before, RenderedTargets? after)
    {
        var counts = _counts.ToBuilder();
        if (before is not null)
            counts[Index(before)]--;
        if (after is not null)
            counts[Index(after)]++;
        return new(counts.MoveToImmutable());
    }

    private static int Index(RenderedTargets targets) => targets.Reason is { } reason ? 1 + (int)reason : 0;
}

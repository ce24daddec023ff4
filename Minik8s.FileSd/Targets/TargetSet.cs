using System.Collections.Immutable;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>The targets of all objects that a stream tells, sorted by namespace and name.</summary>
internal sealed class TargetSet
{
    /// <summary>Nothing is known yet.</summary>
    public static readonly TargetSet Unknown = new(ImmutableSortedDictionary<ObjectKey, RenderedTargets>.Empty, VerdictCounts.None, false, null);

    /// <summary>There is nothing.</summary>
    public static readonly TargetSet Empty = new(ImmutableSortedDictionary<ObjectKey, RenderedTargets>.Empty, VerdictCounts.None, true, null);

    private readonly ImmutableSortedDictionary<ObjectKey, RenderedTargets>.Builder? _incoming;

    private TargetSet(
        ImmutableSortedDictionary<ObjectKey, RenderedTargets> objects,
        VerdictCounts verdicts,
        bool isComplete,
        ImmutableSortedDictionary<ObjectKey, RenderedTargets>.Builder? incoming) =>
        (Objects, Verdicts, IsComplete, _incoming) = (objects, verdicts, isComplete, incoming);

    /// <summary>Of the last complete list and the changes since. The same instance as before when nothing has changed.</summary>
    public ImmutableSortedDictionary<ObjectKey, RenderedTargets> Objects { get; }

    public VerdictCounts Verdicts { get; }

    /// <summary>Whether a whole list has been seen. Before that nothing may be published.</summary>
    public bool IsComplete { get; }

    /// <summary>A list is collected aside and replaces the objects when it is whole.</summary>
    public TargetSet Apply(Change<RenderedTargets> change)
    {
        switch (change.Kind)
        {
            case ChangeKind.ListBegan:
                return new(Objects, Verdicts, IsComplete, ImmutableSortedDictionary.CreateBuilder<ObjectKey, RenderedTargets>());
            case ChangeKind.Listed:
                // What has not changed keeps its instance, and with it its memory.
                var known = Objects.GetValueOrDefault(change.Key);
                var told = change.Object!.OrAsBefore(known);
                _incoming![change.Key] = known is not null && known == told ? known : told;
                return this;
            case ChangeKind.ListEnded:
                var listed = _incoming!.ToImmutable();
                return AreEqual(listed, Objects)
                    ? new(Objects, Verdicts, true, null)
                    : new(listed, VerdictCounts.Count(listed.Values), true, null);
            case ChangeKind.Applied:
                var applied = change.Object!.OrAsBefore(Objects.GetValueOrDefault(change.Key));
                return With(Objects.SetItem(change.Key, applied), change with { Object = applied });
            default:
                return With(Objects.Remove(change.Key), change);
        }
    }

    private TargetSet With(ImmutableSortedDictionary<ObjectKey, RenderedTargets> objects, Change<RenderedTargets> change) =>
        ReferenceEquals(objects, Objects)
            ? this
            : new(objects, Verdicts.Replace(Objects.GetValueOrDefault(change.Key), change.Object), IsComplete, _incoming);

    private static bool AreEqual(
        ImmutableSortedDictionary<ObjectKey, RenderedTargets> some,
        ImmutableSortedDictionary<ObjectKey, RenderedTargets> others) =>
        some.Count == others.Count && some.Zip(others).All(pair =>
            pair.First.Key == pair.Second.Key && pair.First.Value == pair.Second.Value);
}

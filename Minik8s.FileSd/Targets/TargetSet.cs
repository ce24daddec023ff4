using System.Collections.Immutable;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>The targets of all objects that a stream tells, sorted by namespace and name.</summary>
internal sealed class TargetSet
{
    /// <summary>There is nothing.</summary>
    public static readonly TargetSet Empty = new(DropGuard.Off) { IsComplete = true };

    private readonly DropGuard _guard;

    private TargetSet(DropGuard guard) => _guard = guard;

    private TargetSet(TargetSet other) =>
        (_guard, Objects, Verdicts, IsComplete, Doubt, Incoming, Held, Origin, Addresses) =
        (other._guard, other.Objects, other.Verdicts, other.IsComplete, other.Doubt, other.Incoming, other.Held, other.Origin, other.Addresses);

    /// <summary>Of the last complete list and the changes since. The same instance as before when nothing has changed.</summary>
    public ImmutableSortedDictionary<ObjectKey, RenderedTargets> Objects { get; private init; } =
        ImmutableSortedDictionary<ObjectKey, RenderedTargets>.Empty;

    public VerdictCounts Verdicts { get; private init; } = VerdictCounts.None;

    /// <summary>Whether a whole list has been seen. Before that nothing may be published.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>What of the last list is not believed.</summary>
    public ListDoubt Doubt { get; private init; } = ListDoubt.None;

    /// <summary>The last step by which a target, or what a node tells of its pods' targets, has come to be as it is; null before the first list.</summary>
    public Origin? Origin { get; private init; }

    /// <summary>The addresses of all objects. The same instance as before when none has changed.</summary>
    public AddressCrowd Addresses { get; private init; } = new();

    /// <summary>The list that is being told.</summary>
    private ImmutableSortedDictionary<ObjectKey, RenderedTargets>.Builder? Incoming { get; init; }

    /// <summary>Known objects that the last list did not name.</summary>
    private ImmutableHashSet<ObjectKey> Held { get; init; } = [];

    /// <summary>Nothing is known yet.</summary>
    public static TargetSet Unknown(DropGuard guard) => new(guard);

    /// <summary>A list is collected aside and replaces the objects when it is whole.</summary>
    /// <param name="lostBefore">Targets that lists have dropped by their silence just before.</param>
    public TargetSet Apply(Change<RenderedTargets> change, int lostBefore = 0)
    {
        switch (change.Kind)
        {
            case ChangeKind.ListBegan:
                return new(this) { Incoming = ImmutableSortedDictionary.CreateBuilder<ObjectKey, RenderedTargets>() };
            case ChangeKind.Listed:
                // What has not changed keeps its instance, and with it its memory.
                var known = Objects.GetValueOrDefault(change.Key);
                var told = change.Object!.OrAsBefore(known);
                Incoming![change.Key] = known is not null && known == told ? known : told;
                return this;
            case ChangeKind.ListEnded:
                return Replaced(Incoming!, change, lostBefore);
            case ChangeKind.Confirmed:
                // As one that is told anew: it is there.
                return Held.Contains(change.Key) ? new(this) { Held = Held.Remove(change.Key) } : this;
            case ChangeKind.Found:
            case ChangeKind.Applied:
                var applied = change.Object!.OrAsBefore(Objects.GetValueOrDefault(change.Key));
                return With(Objects.SetItem(change.Key, applied), change with { Object = applied });
            default:
                return With(Objects.Remove(change.Key), change);
        }
    }

    private TargetSet Replaced(ImmutableSortedDictionary<ObjectKey, RenderedTargets>.Builder listed, Change<RenderedTargets> change, int lostBefore)
    {
        var missing = Objects.Where(known => !listed.ContainsKey(known.Key)).ToList();
        var news = missing.FindAll(known => !Held.Contains(known.Key));

        // What two lists agree about is gone; then the rest is judged.
        var lost = Targets(news);
        var gone = Targets(missing) - lost;
        var isHeld = _guard.Doubts(lost, Verdicts.Groups - gone, lostBefore);
        if (isHeld)
            listed.AddRange(news);
        var objects = listed.ToImmutable();
        var isSame = AreEqual(objects, Objects);
        return new(this)
        {
            Objects = isSame ? Objects : objects,
            Verdicts = isSame ? Verdicts : VerdictCounts.Count(objects.Values),
            Addresses = isSame ? Addresses : new(),
            IsComplete = true,
            Origin = isSame && IsComplete ? Origin : new(CauseKind.List, null, change.Version, change.At),
            Doubt = new(isHeld ? lost : 0, Verdicts.Groups - gone, gone, isHeld ? 0 : lost),
            Incoming = null,
            Held = isHeld ? [.. news.Select(known => known.Key)] : [],
        };
    }

    private TargetSet With(ImmutableSortedDictionary<ObjectKey, RenderedTargets> objects, Change<RenderedTargets> change)
    {
        if (ReferenceEquals(objects, Objects) && !Held.Contains(change.Key))
            return this;
        var before = Objects.GetValueOrDefault(change.Key);
        return new(this)
        {
            Objects = objects,
            Verdicts = Verdicts.Replace(before, change.Object),
            Addresses = AddressCrowd.IsUnmoved(before, change.Object) ? Addresses : new(),
            Held = Held.Remove(change.Key),
            Origin = !ReferenceEquals(objects, Objects) && (before is { IsTold: true } || change.Object is { IsTold: true })
                ? new(CauseKind.Change, change.Key, change.Version, change.At)
                : Origin,
        };
    }

    private static int Targets(List<KeyValuePair<ObjectKey, RenderedTargets>> objects) =>
        objects.Sum(known => known.Value.Groups.Count);

    private static bool AreEqual(
        ImmutableSortedDictionary<ObjectKey, RenderedTargets> some,
        ImmutableSortedDictionary<ObjectKey, RenderedTargets> others) =>
        some.Count == others.Count && some.Zip(others).All(pair =>
            pair.First.Key == pair.Second.Key && pair.First.Value == pair.Second.Value);
}

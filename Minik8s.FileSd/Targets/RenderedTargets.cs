namespace Minik8s.FileSd.Targets;

/// <summary>The targets of one object as they stand in the file. Equal bytes are equal targets.</summary>
/// <param name="Count">How many target groups <paramref name="Json"/> holds.</param>
/// <param name="Json">The groups, one to a line, with a comma between; empty when the object is not a target.</param>
/// <param name="Reason">Why the object is not a target; null when it is.</param>
internal sealed record RenderedTargets(int Count, byte[] Json, Reason? Reason)
{
    private static readonly RenderedTargets[] None =
        [.. Enum.GetValues<Reason>().Select(reason => new RenderedTargets(0, [], reason))];

    public static RenderedTargets Of(Verdict verdict) => verdict switch
    {
        Verdict.Target { Groups: [var single] } => new(1, single.Render(), null),
        Verdict.Target { Groups: var groups } => new(groups.Count, [.. Join(groups)], null),
        _ => None[(int)((Verdict.NotTarget)verdict).Reason],
    };

    public bool Equals(RenderedTargets? other) =>
        ReferenceEquals(this, other) || (other is not null && Reason == other.Reason && Json.AsSpan().SequenceEqual(other.Json));

    public override int GetHashCode() => Json.Length;

    private static IEnumerable<byte> Join(IReadOnlyList<TargetGroup> groups) =>
        groups.SelectMany((group, i) => i == 0 ? group.Render() : [.. ",\n"u8, .. group.Render()]);
}

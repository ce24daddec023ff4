namespace Minik8s.Sandbox.Acceptance;

/// <summary>Something that has to be seen, sooner or later.</summary>
/// <param name="What">In words, or the query.</param>
/// <param name="LookAsync">Looks once.</param>
internal sealed record Sight(string What, Func<CancellationToken, Task<Look>> LookAsync);

/// <summary>What one look has seen.</summary>
/// <param name="Holds">Whether it is what has to be seen.</param>
/// <param name="Seen">It, in words; empty when there is no more to say than that it holds.</param>
internal sealed record Look(bool Holds, string Seen)
{
    public static Look AsAsked { get; } = new(Holds: true, "");
}

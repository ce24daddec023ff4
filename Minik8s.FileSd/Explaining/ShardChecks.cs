using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <summary>Which shard has the targets of an object. An object that is no target at all has no shard.</summary>
internal static class ShardChecks
{
    /// <returns>What becomes of the object in this shard, and the addresses that are those of others.</returns>
    public static (Verdict Verdict, IReadOnlyList<string> Elsewhere) AddTo(Findings findings, Verdict verdict, Shard? ours)
    {
        if (ours is not { } shard || verdict is not Verdict.Target target)
            return (verdict, []);
        var kept = shard.Keep(verdict);
        List<string> addresses = [.. target.Groups.Select(group => group.Address)];
        if (kept is Verdict.NotTarget not)
            findings.Fail(Fixes.Shard, not.Fact, Fixes.InOtherShard);
        else
            findings.Pass(Fixes.Shard, shard.WhereAre(addresses));
        return (kept, addresses.FindAll(address => !shard.Has(address)));
    }
}

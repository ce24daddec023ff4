using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Commands;

/// <param name="Before">Targets that it has before; 0 also where there is no such shard then.</param>
/// <param name="After">Likewise after.</param>
internal sealed record ShardSize(int Shard, int Before, int After);

/// <summary>Targets that go from one shard to another.</summary>
internal sealed record ShardMove(int From, int To, int Targets);

/// <summary>What another number of shards does to the targets: which Prometheus has how many, and how many get another one.</summary>
/// <param name="From">Shards before.</param>
/// <param name="To">Shards after.</param>
/// <param name="Targets">In both files of all shards together.</param>
/// <param name="Nodes">Those in the nodes' file.</param>
/// <param name="Pods">Likewise in that of the pods.</param>
/// <param name="Moving">Those that are in another shard after than before.</param>
/// <param name="Staying">All others.</param>
/// <param name="Shards">Each that there is before or after.</param>
/// <param name="Moves">From where to where; those alone that any target makes.</param>
internal sealed record ShardPlan(
    int From, int To, int Targets, int Nodes, int Pods, int Moving, int Staying, IReadOnlyList<ShardSize> Shards, IReadOnlyList<ShardMove> Moves)
{
    /// <param name="nodes">The addresses in the nodes' file without shards.</param>
    /// <param name="pods">Likewise in that of the pods.</param>
    public static ShardPlan Of(IReadOnlyCollection<string> nodes, IReadOnlyCollection<string> pods, int from, int to)
    {
        var (before, after) = (new int[Math.Max(from, to)], new int[Math.Max(from, to)]);
        var moves = new SortedDictionary<(int From, int To), int>();
        foreach (var address in nodes.Concat(pods))
        {
            var way = (From: Shard.Of(address, from), To: Shard.Of(address, to));
            before[way.From]++;
            after[way.To]++;
            if (way.From != way.To)
                moves[way] = moves.GetValueOrDefault(way) + 1;
        }

        var (all, moving) = (nodes.Count + pods.Count, moves.Values.Sum());
        return new(
            from, to, all, nodes.Count, pods.Count, moving, all - moving,
            [.. before.Zip(after, (old, @new) => (Before: old, After: @new)).Select((size, i) => new ShardSize(i, size.Before, size.After))],
            [.. moves.Select(move => new ShardMove(move.Key.From, move.Key.To, move.Value))]);
    }
}

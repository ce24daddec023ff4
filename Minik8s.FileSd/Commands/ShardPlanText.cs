using System.Globalization;

namespace Minik8s.FileSd.Commands;

/// <summary>A plan for people: a row for each shard before, a column for each after; what stands in both is what moves, or stays.</summary>
internal static class ShardPlanText
{
    /// <summary>Shards, before or after; a wider table is none that anybody reads.</summary>
    private const int Widest = 16;

    private const int First = 10;
    private const int Column = 8;

    public static void Print(ShardPlan plan, Screen screen)
    {
        var share = plan.Targets == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({100.0 * plan.Moving / plan.Targets:0} %)");
        screen.Line(
            $"{Counted.Of(plan.Targets, "target")} ({plan.Nodes} of nodes, {plan.Pods} of pods), from {Counted.Of(plan.From, "shard")} to {plan.To}: "
            + $"{plan.Moving} {(plan.Moving == 1 ? "moves" : "move")}{share}, {plan.Staying} {(plan.Staying == 1 ? "stays" : "stay")}");
        screen.Line();
        if (plan.Shards.Count > Widest)
            Sizes(plan, screen);
        else
            Matrix(plan, screen);
    }

    private static void Matrix(ShardPlan plan, Screen screen)
    {
        var moves = plan.Moves.ToDictionary(move => (move.From, move.To), move => move.Targets);
        Row("", [.. Enumerable.Range(0, plan.To).Select(to => $"to {to}"), "before"]);
        foreach (var shard in plan.Shards.Take(plan.From))
        {
            var stay = shard.Before - plan.Moves.Where(move => move.From == shard.Shard).Sum(move => move.Targets);
            Row($"from {shard.Shard}",
                [.. Enumerable.Range(0, plan.To).Select(to => $"{(to == shard.Shard ? stay : moves.GetValueOrDefault((shard.Shard, to)))}"), $"{shard.Before}"]);
        }

        Row("after", [.. plan.Shards.Take(plan.To).Select(shard => $"{shard.After}"), $"{plan.Targets}"]);

        void Row(string name, IReadOnlyList<string> cells) =>
            screen.Line(name.PadRight(First) + string.Concat(cells.Select(cell => cell.PadLeft(Column))));
    }

    private static void Sizes(ShardPlan plan, Screen screen)
    {
        foreach (var shard in plan.Shards)
            screen.Line($"{$"shard {shard.Shard}",-First}  {shard.Before} {screen.Arrow} {shard.After}");
        screen.Line();
        screen.Line("--output json has from which shard to which the targets move");
    }
}

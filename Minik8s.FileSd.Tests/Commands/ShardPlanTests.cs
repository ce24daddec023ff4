using System.Text.Json;
using System.Text.Json.Nodes;
using Minik8s.FileSd.Commands;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Samples;

namespace Minik8s.FileSd.Tests.Commands;

/// <summary>What <c>shard-plan</c> counts and prints, and that docs/sharding.md shows just that.</summary>
internal sealed class ShardPlanTests
{
    private static readonly string[] Nodes = [.. Enumerable.Range(1, 12).Select(i => $"10.0.0.{i}:9100")];
    private static readonly string[] Pods = [.. Enumerable.Range(0, 400).Select(i => $"10.244.{i / 40}.{1 + (i % 40)}:2112")];

    [TestCase(1, 1)]
    [TestCase(1, 3)]
    [TestCase(3, 1)]
    [TestCase(3, 4)]
    [TestCase(4, 3)]
    [TestCase(2, 40)]
    public void Every_target_is_counted_where_it_is_before_and_after(int from, int to)
    {
        var plan = ShardPlan.Of(Nodes, Pods, from, to);
        (plan.Targets, plan.Nodes, plan.Pods, plan.Staying).Should().Be((412, 12, 400, 412 - plan.Moving));
        plan.Shards.Select(shard => shard.Shard).Should().Equal(Enumerable.Range(0, Math.Max(from, to)));
        plan.Shards.Sum(shard => shard.Before).Should().Be(412);
        plan.Shards.Sum(shard => shard.After).Should().Be(412);
        plan.Moves.Should().NotContain(move => move.From == move.To || move.From >= from || move.To >= to || move.Targets == 0);
        plan.Moving.Should().Be(plan.Moves.Sum(move => move.Targets))
            .And.Be(Nodes.Concat(Pods).Count(address => Shard.Of(address, from) != Shard.Of(address, to)));
        foreach (var (shard, before, after) in plan.Shards)
        {
            (after - before).Should().Be(
                plan.Moves.Where(move => move.To == shard).Sum(move => move.Targets) - plan.Moves.Where(move => move.From == shard).Sum(move => move.Targets));
            before.Should().Be(Nodes.Concat(Pods).Count(address => Shard.Of(address, from) == shard));
        }
    }

    [Test]
    public void As_many_shards_as_before_move_nothing()
    {
        var plan = ShardPlan.Of(Nodes, Pods, 3, 3);
        plan.Moving.Should().Be(0);
        plan.Moves.Should().BeEmpty();
    }

    [Test]
    public void An_empty_cluster_has_a_plan_too() =>
        Text(ShardPlan.Of([], [], 1, 2)).Should().StartWith("0 targets (0 of nodes, 0 of pods), from 1 shard to 2: 0 move, 0 stay\n");

    [Test]
    public void The_table_of_the_document_is_what_is_printed() =>
        File.ReadAllText(SampleFiles.Sample("../docs/sharding.md")).Should()
            .Contain(string.Concat(Text(ShardPlan.Of(Nodes, Pods, 3, 4)).Split('\n')[..^1].Select(line => line.Length == 0 ? "\n" : $"    {line}\n")));

    [Test]
    public void One_is_told_as_one() =>
        Text(ShardPlan.Of([], ["10.0.0.1:9100"], 3, 4)).Should().StartWith("1 target (0 of nodes, 1 of pods), from 3 shards to 4: 1 moves (100 %), 0 stay\n");

    [Test]
    public void The_JSON_of_the_document_is_what_is_printed()
    {
        var json = JsonSerializer.Serialize(ShardPlan.Of(Nodes, Pods, 3, 4), ShardPlanJson.Default.ShardPlan);
        var shown = File.ReadAllLines(SampleFiles.Sample("../docs/sharding.md")).Single(line => line.StartsWith("    {\"from\":", StringComparison.Ordinal)).Trim().Split(",…");
        shown.Should().HaveCount(3);
        json.Should().StartWith(shown[0]).And.Contain(shown[1]).And.EndWith(shown[2]);
    }

    [Test]
    public void What_is_too_wide_for_a_table_is_a_line_for_each_shard()
    {
        var text = Text(ShardPlan.Of(Nodes, Pods, 2, 40));
        text.Split('\n').Should().HaveCount(2 + 40 + 3).And.OnlyContain(line => line.Length < 100);
        text.Should().Contain("shard 39    0 -> ");
    }

    [Test]
    public void As_JSON_it_says_from_where_to_where()
    {
        var json = JsonNode.Parse(JsonSerializer.Serialize(ShardPlan.Of([], ["10.0.0.1:9100", "10.0.0.2:9100"], 3, 4), ShardPlanJson.Default.ShardPlan));
        JsonNode.DeepEquals(json, JsonNode.Parse("""
            {
              "from": 3, "to": 4, "targets": 2, "nodes": 0, "pods": 2, "moving": 2, "staying": 0,
              "shards": [
                {"shard": 0, "before": 1, "after": 0}, {"shard": 1, "before": 0, "after": 2},
                {"shard": 2, "before": 1, "after": 0}, {"shard": 3, "before": 0, "after": 0}
              ],
              "moves": [{"from": 0, "to": 1, "targets": 1}, {"from": 2, "to": 1, "targets": 1}]
            }
            """)).Should().BeTrue("{0}", json);
    }

    private static string Text(ShardPlan plan)
    {
        using var output = new StringWriter();
        ShardPlanText.Print(plan, new Screen(output, isUtf8: false));
        return output.ToString();
    }
}

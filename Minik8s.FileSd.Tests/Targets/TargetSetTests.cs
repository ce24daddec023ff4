using System.Text.Json;
using CsCheck;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

internal sealed class TargetSetTests
{
    private static readonly ObjectKey A = new("ns", "a");
    private static readonly ObjectKey B = new("ns", "b");

    [Test]
    public void Nothing_is_complete_before_a_whole_list()
    {
        TargetSet.Unknown(DropGuard.Off).IsComplete.Should().BeFalse();
        Fold(Began).IsComplete.Should().BeFalse();
        Fold(Began, Listed(A, 1)).IsComplete.Should().BeFalse();
        Fold(Began, Listed(A, 1), Ended).IsComplete.Should().BeTrue();
    }

    [Test]
    public void An_empty_list_is_an_empty_array() => Text(Fold(Began, Ended)).Should().Be("[]\n");

    [Test]
    public void The_file_has_a_group_to_a_line_sorted_by_namespace_and_name()
    {
        var targets = Fold(Began, Listed(B, 2), Listed(new("", "z"), 3), Listed(A, 1), Listed(new("ns", "none"), null), Ended);
        Text(targets).Should().Be(
            """
            [
            {"targets":["10.0.0.3:1"],"labels":{"version":"3"}},
            {"targets":["10.0.0.1:1"],"labels":{"version":"1"}},
            {"targets":["10.0.0.2:1"],"labels":{"version":"2"}}
            ]

            """);
        Content(targets).Count.Should().Be(3);
    }

    [Test]
    public void A_relist_drops_what_vanished_while_disconnected()
    {
        var targets = Fold(Began, Listed(A, 1), Listed(B, 1), Ended, Began, Listed(B, 1));
        targets.Objects.Keys.Should().Equal([A, B], "a list that has not ended drops nothing");
        targets.Apply(Ended).Objects.Keys.Should().Equal(B);
    }

    [Test]
    public void A_list_that_broke_off_leaves_no_trace() =>
        Fold(Began, Listed(A, 1), Ended, Began, Listed(B, 1), Began, Listed(A, 2), Ended).Objects.Keys.Should().Equal(A);

    [Test]
    public void What_changes_nothing_gives_the_same_objects()
    {
        var before = Fold(Began, Listed(A, 1), Listed(B, null), Ended);
        before.Apply(Applied(A, 1)).Objects.Should().BeSameAs(before.Objects);
        before.Apply(Deleted(new("ns", "unknown"))).Objects.Should().BeSameAs(before.Objects);
        before.Apply(Began).Apply(Listed(A, 1)).Apply(Listed(B, null)).Apply(Ended).Objects.Should().BeSameAs(before.Objects);
    }

    [Test]
    public void There_and_back_says_the_same()
    {
        var before = Fold(Began, Listed(A, 1), Ended);
        var after = before.Apply(Applied(A, 2));
        Content(after).SaysTheSameAs(Content(before)).Should().BeFalse();
        Content(after.Apply(Applied(A, 1))).SaysTheSameAs(Content(before)).Should().BeTrue();
        Content(before.Apply(Applied(B, null))).SaysTheSameAs(Content(before)).Should().BeTrue("what is no target is not in the file");
    }

    [Test]
    public void Of_objects_with_one_address_the_newest_has_it_whatever_their_order()
    {
        var objects = new[] { (A, 1), (B, 3), (new ObjectKey("ns", "c"), 2), (new ObjectKey("ns", "d"), 3) };
        foreach (var order in new[] { objects, [.. objects.Reverse()] })
        {
            var content = Content(order.Aggregate(Fold(Began), (set, each) => set.Apply(new(ChangeKind.Listed, each.Item1, Owner(each.Item2)))).Apply(Ended));
            content.Text().Should().Be("[\n{\"targets\":[\"10.0.0.1:1\"],\"labels\":{\"created\":\"3\"}},\n{\"targets\":[\"10.0.0.1:1\"],\"labels\":{\"created\":\"3\"}}\n]\n");
            content.Count.Should().Be(2, "b has two targets, and is ordinally before d, which is as old");
            content.Verdicts.Targets.Should().Be(1);
            content.Verdicts.Of(Reason.AddressTaken).Should().Be(3);
            content.Remarks.Select(each => each.Key.Name).Should().BeEquivalentTo("a", "c", "d");
        }

        static RenderedTargets Owner(int created)
        {
            var group = new TargetGroup("10.0.0.1:1", [new("created", $"{created}")]);
            return RenderedTargets.Of(new Verdict.Target([group, group], []) { Created = DateTimeOffset.UnixEpoch.AddDays(created) });
        }
    }

    [Test]
    public void Folding_any_changes_equals_a_plain_dictionary() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 30]).Array[0, 200].Sample(steps =>
        {
            var targets = Fold(Began, Ended);
            var model = new Dictionary<ObjectKey, int>();
            foreach (var (name, version, action) in steps)
            {
                var key = new ObjectKey($"ns{name % 2}", $"p{name}");
                if (action == 0)
                {
                    // A relist finds what the model holds but for one object, told in another order.
                    model.Remove(key);
                    targets = model.Reverse().Aggregate(
                        targets.Apply(Began), (set, entry) => set.Apply(Listed(entry.Key, entry.Value))).Apply(Ended);
                }
                else if (action < 8)
                {
                    model.Remove(key);
                    targets = targets.Apply(Deleted(key));
                }
                else
                {
                    model[key] = version;
                    targets = targets.Apply(Applied(key, version));
                }
            }

            var fresh = model.Aggregate(Fold(Began), (set, entry) => set.Apply(Listed(entry.Key, entry.Value))).Apply(Ended);
            Text(targets).Should().Be(Text(fresh));
            Content(targets).Count.Should().Be(model.Values.Count(version => version > 0));
            JsonDocument.Parse(Text(targets)).RootElement.GetArrayLength().Should().Be(Content(targets).Count);
        });

    private static readonly Change<RenderedTargets> Began = Change<RenderedTargets>.ListBegan;
    private static readonly Change<RenderedTargets> Ended = Change<RenderedTargets>.ListEnded;

    private static Change<RenderedTargets> Listed(ObjectKey key, int? version) => new(ChangeKind.Listed, key, Rendered(version));

    private static Change<RenderedTargets> Applied(ObjectKey key, int? version) => new(ChangeKind.Applied, key, Rendered(version));

    private static Change<RenderedTargets> Deleted(ObjectKey key) => new(ChangeKind.Deleted, key, null);

    private static RenderedTargets Rendered(int? version) => RenderedTargets.Of(version is > 0
        ? new Verdict.Target([new TargetGroup($"10.0.0.{version}:1", [new("version", $"{version}")])], [])
        : new Verdict.NotTarget(Reason.PodNotRunning, ""));

    private static TargetSet Fold(params Change<RenderedTargets>[] changes) =>
        changes.Aggregate(TargetSet.Unknown(DropGuard.Off), (set, change) => set.Apply(change));

    private static FileContent Content(TargetSet targets) => new([targets]);

    private static string Text(TargetSet targets) => Content(targets).Text();
}

using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>What the server tells is believed at once; a list that is merely silent about much needs another one that agrees.</summary>
internal sealed class DropGuardTests
{
    private TargetSet _targets = TargetSet.Unknown(DropGuard.Standard);

    [Test]
    public void A_list_that_is_silent_about_most_targets_drops_them_only_when_the_next_one_agrees()
    {
        List(1, 2, 3, 4, 5, 6, 7, 8);
        List(1);
        Names().Should().Be("1 2 3 4 5 6 7 8");
        (_targets.Doubt.Held, _targets.Doubt.Of).Should().Be((7, 8));
        List(1);
        Names().Should().Be("1");
        (_targets.Doubt.Held, _targets.Doubt.Gone).Should().Be((0, 7));
    }

    [Test]
    public void What_such_a_list_does_tell_is_known_at_once()
    {
        List(1, 2, 3, 4, 5, 6);
        List(9);
        Names().Should().Be("1 2 3 4 5 6 9");
    }

    [Test]
    public void An_empty_list_in_between_drops_nothing()
    {
        List(1, 2, 3, 4, 5);
        List();
        List(1, 2, 3, 4, 5);
        Names().Should().Be("1 2 3 4 5");
        (_targets.Doubt.Held, _targets.Doubt.Gone).Should().Be((0, 0));
        List();
        _targets.Doubt.Held.Should().Be(5, "that one empty list was wrong says nothing of the next");
    }

    [Test]
    public void The_next_list_agrees_only_about_what_it_does_not_name_either()
    {
        List(1, 2, 3, 4, 5, 6, 7, 8, 9);
        List(1, 2);
        List(1, 2, 3, 4);
        Names().Should().Be("1 2 3 4");
        _targets.Doubt.Gone.Should().Be(5);
    }

    [Test]
    public void What_only_the_next_list_is_silent_about_is_doubted_anew()
    {
        List([.. Enumerable.Range(1, 20)]);
        List(1, 2, 3, 4, 5, 6, 7, 8, 9);
        List(10);
        Names().Should().Be("1 10 2 3 4 5 6 7 8 9", "nine of them were silently missing once, the others twice");
        (_targets.Doubt.Held, _targets.Doubt.Gone).Should().Be((9, 10));
        List(10);
        Names().Should().Be("10");
    }

    [TestCase(8, 4, false, Description = "half of them")]
    [TestCase(9, 4, true)]
    [TestCase(4, 0, false, Description = "fewer than five")]
    [TestCase(5, 0, true)]
    [TestCase(1000, 501, false)]
    [TestCase(1000, 499, true)]
    public void Only_more_than_half_and_at_least_five_are_doubted(int before, int after, bool isDoubted)
    {
        List([.. Enumerable.Range(1, before)]);
        List([.. Enumerable.Range(1, after)]);
        _targets.Doubt.Held.Should().Be(isDoubted ? before - after : 0);
        _targets.Objects.Count.Should().Be(isDoubted ? before : after);
    }

    [TestCase(0, 5)]
    [TestCase(0.5, 0)]
    public void With_0_it_is_off(double share, int number)
    {
        _targets = TargetSet.Unknown(new DropGuard(share, number));
        List(1, 2, 3, 4, 5, 6);
        List();
        Names().Should().BeEmpty();
    }

    [Test]
    public void A_share_and_a_number_of_ones_own_are_kept_to()
    {
        _targets = TargetSet.Unknown(new DropGuard(0.1, 2));
        List([.. Enumerable.Range(1, 10)]);
        List([.. Enumerable.Range(2, 9)]);
        _targets.Objects.Should().HaveCount(9);
        List([.. Enumerable.Range(4, 7)]);
        _targets.Doubt.Held.Should().Be(2);
    }

    [Test]
    public void Objects_that_are_listed_and_are_no_targets_any_more_are_believed()
    {
        List(1, 2, 3, 4, 5, 6);
        Apply(Change<RenderedTargets>.ListBegan);
        for (var i = 1; i <= 6; i++)
            Apply(new(ChangeKind.Listed, Key(i), RenderedTargets.Of(new Verdict.NotTarget(Reason.PodFinished, "its phase is Succeeded"))));
        Apply(Change<RenderedTargets>.ListEnded);
        _targets.Verdicts.Groups.Should().Be(0);
        _targets.Doubt.Held.Should().Be(0);
    }

    [Test]
    public void Deletions_are_believed_and_objects_that_were_no_targets_do_not_count()
    {
        List(1, 2, 3, 4, 5, 6);
        for (var i = 1; i <= 6; i++)
            Apply(new(ChangeKind.Deleted, Key(i), null));
        Names().Should().BeEmpty();
        for (var i = 1; i <= 6; i++)
            Apply(new(ChangeKind.Applied, Key(i), RenderedTargets.Of(new Verdict.NotTarget(Reason.PodNotRunning, "its phase is Pending"))));
        List();
        _targets.Objects.Should().BeEmpty();
    }

    [Test]
    public void A_doubtful_object_that_is_deleted_after_all_is_gone_and_one_that_is_told_again_is_doubted_anew()
    {
        List(1, 2, 3, 4, 5, 6);
        List();
        Apply(new(ChangeKind.Deleted, Key(1), null));
        Names().Should().Be("2 3 4 5 6");
        for (var i = 2; i <= 6; i++)
            Apply(new(ChangeKind.Applied, Key(i), Target(i)));
        List();
        _targets.Doubt.Held.Should().Be(5);
    }

    [Test]
    public void What_was_found_at_the_start_is_nothing_to_publish_and_is_doubted_like_all_else()
    {
        for (var i = 1; i <= 6; i++)
            Apply(new(ChangeKind.Found, Key(i), Target(i)));
        _targets.IsComplete.Should().BeFalse();
        List(1, 7);
        _targets.IsComplete.Should().BeTrue();
        Names().Should().Be("1 2 3 4 5 6 7");
        List(1, 7);
        Names().Should().Be("1 7");
    }

    [Test]
    public void Losses_that_are_too_few_each_are_doubted_together()
    {
        var time = new FakeTimeProvider();
        var losses = new SilentLosses(time);
        var parts = Enumerable.Range(0, 4).Select(_ => TargetSet.Unknown(DropGuard.Standard)).ToList();
        Tell(1, 2, 3, 4);
        Tell();
        parts.Select(part => part.Objects.Count).Should().Equal([0, 4, 4, 4], "fewer than five may go, and no more");
        Tell(1, 2, 3, 4);
        time.Advance(SilentLosses.Memory + TimeSpan.FromSeconds(1));
        for (var i = 0; i < 4; i++)
        {
            parts[i] = Listed(parts[i]);
            time.Advance(SilentLosses.Memory + TimeSpan.FromSeconds(1));
        }

        parts.Should().OnlyContain(part => part.Objects.Count == 0, "what happens minutes apart has nothing to do with each other");

        void Tell(params int[] names)
        {
            for (var i = 0; i < 4; i++)
                parts[i] = Listed(parts[i], names);
        }

        TargetSet Listed(TargetSet part, params int[] names) => names
            .Aggregate(part.Apply(Change<RenderedTargets>.ListBegan), (set, name) => losses.Apply(set, new(ChangeKind.Listed, Key(name), Target(name)))) is var listed
            ? losses.Apply(listed, Change<RenderedTargets>.ListEnded)
            : part;
    }

    private void List(params int[] names)
    {
        Apply(Change<RenderedTargets>.ListBegan);
        foreach (var name in names)
            Apply(new(ChangeKind.Listed, Key(name), Target(name)));
        Apply(Change<RenderedTargets>.ListEnded);
    }

    private void Apply(Change<RenderedTargets> change) => _targets = _targets.Apply(change);

    private string Names() => string.Join(' ', _targets.Objects.Where(each => each.Value.Groups.Count > 0).Select(each => each.Key.Name));

    private static ObjectKey Key(int name) => new("ns", $"{name}");

    private static RenderedTargets Target(int name) =>
        RenderedTargets.Of(new Verdict.Target([new TargetGroup($"10.0.{name / 256}.{name % 256}:1", [])], []));
}

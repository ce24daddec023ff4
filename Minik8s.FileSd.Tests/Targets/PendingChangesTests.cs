using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>What a publish was for, and since when that was known.</summary>
internal sealed class PendingChangesTests
{
    private static readonly ObjectKey A = new("ns", "a");
    private static readonly ObjectKey B = new("ns", "b");

    private readonly FakeTimeProvider _time = new();
    private PendingChanges _pending = null!;
    private TargetSet _pods = null!;
    private TargetSet _nodes = null!;

    [SetUp]
    public void Begin()
    {
        _pending = new PendingChanges("Pod", _time);
        (_pods, _nodes) = (List(TargetSet.Unknown(DropGuard.Off), "1"), List(TargetSet.Unknown(DropGuard.Off), "7"));
        Publish(Change()).Should().Be(new Cause(CauseKind.List, "Pod", null, "1", 0));
    }

    [Test]
    public void It_is_the_first_change_since_the_last_publish_and_the_others_are_counted()
    {
        Apply(A, "10", Target(1));
        Apply(B, "11", Target(2));
        Publish(Apply(A, "12", Target(3))).Should().Be(new Cause(CauseKind.Change, "Pod", A, "10", 2));
        Publish(Apply(B, "13", null)).Should().Be(new Cause(CauseKind.Change, "Pod", B, "13", 0));
    }

    [Test]
    public void A_list_that_changes_something_is_a_cause_with_its_version()
    {
        _pods = List(_pods, "20", (A, Target(1)));
        Publish(Change()).Should().Be(new Cause(CauseKind.List, "Pod", null, "20", 0));
    }

    [Test]
    public void A_list_that_changes_nothing_is_none()
    {
        Apply(A, "10", Target(1));
        _pods = List(_pods, "20", (A, Target(1)));
        Publish(Change()).Should().Be(new Cause(CauseKind.Change, "Pod", A, "10", 0));
    }

    [Test]
    public void Changes_of_what_is_no_target_before_or_after_are_none()
    {
        Apply(B, "10", NoTarget(Reason.PodNotRunning));
        Apply(A, "11", Target(1));
        Apply(B, "12", NoTarget(Reason.PodFinished));
        Publish(Apply(B, "13", null)).Should().Be(new Cause(CauseKind.Change, "Pod", A, "11", 0));
    }

    [Test]
    public void A_target_that_ends_to_be_one_is_a_cause()
    {
        Publish(Apply(A, "10", Target(1)));
        Publish(Apply(A, "11", NoTarget(Reason.PodFinished))).Should().Be(new Cause(CauseKind.Change, "Pod", A, "11", 0));
    }

    [Test]
    public void Of_several_namespaces_that_one_is_meant_which_has_changed()
    {
        var pending = new PendingChanges("Pod", _time);
        var (one, other) = (List(TargetSet.Unknown(DropGuard.Off), "1"), List(TargetSet.Unknown(DropGuard.Off), "2"));
        pending.Changed(new([one, other]));
        other = other.Apply(new(ChangeKind.Applied, B, Target(1)) { Version = "5" });
        var content = new FileContent([one, other]);
        pending.Changed(content);
        pending.Writing(content);
        pending.Published().Cause.Should().Be(new Cause(CauseKind.List, "Pod", null, "1", 1));
        content = new FileContent([one, other.Apply(new(ChangeKind.Deleted, B, null) { Version = "6" })]);
        pending.Changed(content);
        pending.Writing(content);
        pending.Published().Cause.Should().Be(new Cause(CauseKind.Change, "Pod", B, "6", 0));
    }

    [Test]
    public void A_node_that_changes_the_labels_of_its_pods_is_a_cause()
    {
        var worker = new ObjectKey("", "worker-1");
        _nodes = _nodes.Apply(new(ChangeKind.Applied, worker, RenderedTargets.Of(
            new Verdict.NotTarget(Reason.NodeNotReady, "") { LabelsForPods = [new("zone", "a")] }))
        { Version = "8" });
        Publish(Change()).Should().Be(new Cause(CauseKind.Change, "Node", worker, "8", 0));
    }

    [Test]
    public void What_a_failed_write_was_for_the_next_one_is_for()
    {
        _pending.Writing(Apply(A, "10", Target(1)));
        Publish(Apply(B, "11", Target(2))).Should().Be(new Cause(CauseKind.Change, "Pod", A, "10", 1));
    }

    [Test]
    public void A_change_between_taking_and_writing_is_the_next_ones()
    {
        var taken = Apply(A, "10", Target(1));
        var next = Apply(B, "11", Target(2));
        _pending.Writing(taken);
        _pending.Published().Cause.Should().Be(new Cause(CauseKind.Change, "Pod", A, "10", 0));
        Publish(next).Should().Be(new Cause(CauseKind.Change, "Pod", B, "11", 0));
    }

    [Test]
    public void A_change_while_it_is_written_is_the_next_ones()
    {
        _pending.Writing(Apply(A, "10", Target(1)));
        var next = Apply(B, "11", Target(2));
        _pending.Published().Cause.Should().Be(new Cause(CauseKind.Change, "Pod", A, "10", 0));
        Publish(next).Should().Be(new Cause(CauseKind.Change, "Pod", B, "11", 0));
    }

    [Test]
    public void A_publish_for_no_change_is_a_repair()
    {
        _pending.Published().Should().Be((new Cause(CauseKind.Repair, "Pod", null, null, 0), null));
        Apply(B, "12", NoTarget(Reason.PodFinished));
        Publish(Change()).Kind.Should().Be(CauseKind.Repair, "another change came by, but none that would have been written");
    }

    [Test]
    public void The_age_counts_from_the_reading_of_the_first_change_also_over_writes_that_failed()
    {
        var first = Apply(A, "10", Target(1));
        Pass(2);
        _pending.Writing(first).Should().Be(TimeSpan.FromSeconds(2));
        _pending.Writing(first).Should().BeNull("it has been taken");
        Pass(3);
        var second = Apply(B, "11", Target(1));
        Pass(1);
        _pending.Writing(second).Should().Be(TimeSpan.FromSeconds(1), "only what is new has settled");
        Pass(1);
        _pending.Published().Age.Should().Be(TimeSpan.FromSeconds(7));
    }

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private Cause Publish(FileContent content)
    {
        _pending.Writing(content);
        return _pending.Published().Cause;
    }

    private FileContent Apply(ObjectKey key, string version, RenderedTargets? targets)
    {
        _pods = _pods.Apply(new(targets is null ? ChangeKind.Deleted : ChangeKind.Applied, key, targets) { Version = version, At = _time.GetTimestamp() });
        return Change();
    }

    private FileContent Change()
    {
        var content = new FileContent([_pods], _nodes);
        _pending.Changed(content);
        return content;
    }

    private TargetSet List(TargetSet before, string version, params (ObjectKey Key, RenderedTargets Targets)[] objects) => objects
        .Aggregate(before.Apply(Change<RenderedTargets>.ListBegan), (set, each) => set.Apply(new(ChangeKind.Listed, each.Key, each.Targets)))
        .Apply(Change<RenderedTargets>.ListEnded with { Version = version, At = _time.GetTimestamp() });

    private static RenderedTargets Target(int address) => RenderedTargets.Of(new Verdict.Target([new TargetGroup($"10.0.0.{address}:1", [])], []));

    private static RenderedTargets NoTarget(Reason reason) => RenderedTargets.Of(new Verdict.NotTarget(reason, ""));
}

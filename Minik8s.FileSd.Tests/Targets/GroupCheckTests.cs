using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Samples;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>The rules of docs/labels.md's last check, each broken alone; <see cref="GroupCheckOnPrometheusTests"/> asks Prometheus itself.</summary>
[SuppressMessage("Design", "CA1861", Justification = "the cases are read once")]
internal sealed class GroupCheckTests
{
    [TestCaseSource(typeof(Groups), nameof(Groups.Good))]
    public void A_group_that_keeps_the_rules_has_no_fault(string group) => Fault(group).Should().BeNull();

    [TestCaseSource(typeof(Groups), nameof(Groups.Bad))]
    public void A_group_that_breaks_a_rule_has_a_fault_that_names_it(string group, string fault) => Fault(group).Should().Be(fault);

    [Test]
    public void What_is_no_JSON_is_told_with_its_place()
    {
        foreach (var text in new[] { "", "{", "{\"targets\":[\"a:1\"],\"labels\":{}},", "\ufeff{}", "{'a':1}", "{\"targets\":[\"a:1\"],\"labels\":{}}{}" })
            Fault(text).Should().StartWith("it is not JSON: ").And.Contain("BytePositionInLine");
    }

    [Test]
    public void Bytes_that_are_no_UTF_8_are_a_fault()
    {
        var group = Encoding.Latin1.GetBytes(Groups.With("\"a\":\"\u00e9\""));
        GroupCheck.Fault(group).Should().Be("it is not valid UTF-8");
    }

    [Test]
    public void A_fault_is_fit_for_a_log_line_whatever_the_group_holds()
    {
        var fault = Fault(Groups.With("\"a\u202e\u2028" + new string('x', 10_000) + "\":1"))!;
        fault.Should().HaveLength("\"\" is no label name".Length + 100 + " … (10003 characters)".Length).And.StartWith("\"a  xxx");
    }

    [Test]
    public void Labels_that_a_node_gives_are_checked_by_themselves()
    {
        GroupCheck.LabelsFault([]).Should().BeNull();
        GroupCheck.LabelsFault("\"a\":\"b\",\"c\":\"d\""u8).Should().BeNull();
        GroupCheck.LabelsFault("\"a-b\":\"c\""u8).Should().Be("\"a-b\" is no label name");
        GroupCheck.LabelsFault("\"a\":\"b\",\"a\":\"c\""u8).Should().Be("its label \"a\" stands there twice");
        GroupCheck.LabelsFault("\"a\":\"b\"}},{\"targets\":[\"b:1\"],\"labels\":{"u8).Should().StartWith("it is not JSON");
    }

    [Test]
    public void Every_golden_and_every_recorded_group_is_good()
    {
        var golden = GoldenTests.Cases.SelectMany(name => new[] { "nodes", "pods" }
            .SelectMany(kind => File.ReadLines(Path.Combine(SampleFiles.Sample("../Minik8s.FileSd.Tests/Golden"), name, $"{kind}.json"))))
            .Where(line => line.StartsWith('{')).Select(line => line.TrimEnd(',')).ToList();

        // Containers without a port, which are never ours, have port 0 or none there.
        var recorded = JsonElement.Parse(Fixture.Bytes("kubernetes_sd/discovered.json")).EnumerateObject()
            .SelectMany(job => job.Value.EnumerateArray())
            .Select(target => new TargetGroup(
                target.GetProperty("__address__").GetString()!,
                [.. target.EnumerateObject().Where(label => label.Name != "__address__").Select(label => KeyValuePair.Create(label.Name, label.Value.GetString()!))]))
            .Where(group => !group.Address.EndsWith(":0", StringComparison.Ordinal) && group.Address.Contains(':'))
            .Select(group => Encoding.UTF8.GetString(group.Render())).ToList();
        golden.Should().HaveCountGreaterThan(30);
        recorded.Should().HaveCountGreaterThan(20);
        golden.Concat(recorded).Select(Fault).Should().OnlyContain(fault => fault == null);
    }

    [Test]
    public void A_good_group_costs_no_memory()
    {
        var group = Encoding.UTF8.GetBytes(Groups.With(
            string.Join(',', Enumerable.Range(100, 200).Select(i => $"\"__meta_{i}\":\"é\\n😀\"")) + ",\"__scheme__\":\"https\""));
        GroupCheck.Fault(group).Should().BeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            GroupCheck.Fault(group);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Test]
    public void A_group_that_Prometheus_would_reject_is_left_out_alone_and_told()
    {
        var good = new TargetGroup("10.0.0.1:1", [new("a", "b")]);
        var bad = new TargetGroup("10.0.0.1:2", [new("a-b", "c")]);
        var rendered = RenderedTargets.Of(new Verdict.Target([good, bad], []));
        rendered.Groups.Select(group => group.Address).Should().Equal("10.0.0.1:1");
        rendered.Reason.Should().BeNull();
        rendered.Remarks.Should().Equal(new Remark(RemarkKind.GroupInvalid, "\"a-b\" is no label name"));
    }

    [Test]
    public void An_object_of_which_no_group_is_left_is_no_target_and_it_is_told_why()
    {
        var rendered = RenderedTargets.Of(new Verdict.Target([new("10.0.0.1", [])], []) { Node = "n" });
        rendered.Groups.Should().BeEmpty();
        rendered.Reason.Should().Be(Reason.GroupInvalid);
        rendered.Remarks.Should().Equal(new Remark(RemarkKind.GroupInvalid, "its target \"10.0.0.1\" is no host and port"));
    }

    [Test]
    public void Labels_of_a_node_that_would_break_the_groups_of_its_pods_are_left_out()
    {
        var rendered = RenderedTargets.Of(new Verdict.NotTarget(Reason.NodeNotReady, "") { LabelsForPods = [new("a-b", "c")] });
        rendered.LabelsForPods.Should().BeEmpty();
        rendered.Reason.Should().Be(Reason.NodeNotReady);
        rendered.Remarks.Should().Equal(new Remark(RemarkKind.GroupInvalid, "for its pods: \"a-b\" is no label name"));
    }

    private static string? Fault(string group) => GroupCheck.Fault(Encoding.UTF8.GetBytes(group));
}

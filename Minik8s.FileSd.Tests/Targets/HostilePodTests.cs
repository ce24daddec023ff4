using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>What hostile pods do not get, each by itself, from the object to the bytes of the file.</summary>
internal sealed partial class HostilePodTests
{
    private static readonly LabelRules Rules = LabelRules.Standard with { Meta = MetaLabels.Full };
    private static readonly string[] Ordinary = ["container", "namespace", "node", "pod"];

    public static IEnumerable<TestCaseData> All => HostilePods.All.Select(pod => new TestCaseData(pod.Key).SetArgDisplayNames(Printable.Short(pod.Key)));

    [TestCaseSource(nameof(All))]
    public void A_pod_gives_targets_at_its_own_address_with_its_own_identity_and_nothing_else(string name)
    {
        var pod = HostilePods.All[name];
        foreach (var line in Lines(name))
        {
            GroupCheck.Fault(Encoding.UTF8.GetBytes(line)).Should().BeNull();
            var group = JsonElement.Parse(line);
            group.GetProperty("targets").EnumerateArray().Single().GetString().Should().MatchRegex($"^{Regex.Escape((string)pod["status"]!["podIP"]!)}:[0-9]+\\z");
            var labels = group.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!);
            labels["namespace"].Should().Be("default");
            labels["pod"].Should().Be(name);
            labels.Keys.Where(label => !Ordinary.Contains(label) && !label.StartsWith("__meta_kubernetes_namespace", StringComparison.Ordinal)
                && !label.StartsWith("__meta_kubernetes_pod_", StringComparison.Ordinal) && !Scraping().IsMatch(label)).Should().BeEmpty();
            labels.Should().NotContainKey("__meta_kubernetes_node_name").And.Contain("__meta_kubernetes_pod_name", name);
        }
    }

    [TestCaseSource(nameof(All))]
    public void What_is_told_of_a_pod_is_fit_for_a_log_line_and_short(string name)
    {
        var facts = Project(name) is Verdict.NotTarget not ? [Printable.Of(not.Fact)] : ((Verdict.Target)Project(name)).Remarks.Select(remark => remark.Fact).ToList();
        facts.Should().HaveCountLessThanOrEqualTo(Remarks.MostOfAKind * 4);
        facts.Where(fact => fact.Length > 700 || Unprintable().IsMatch(fact)).Should().BeEmpty();
    }

    [TestCaseSource(nameof(All))]
    public void A_pod_takes_no_more_of_the_file_than_its_limits(string name)
    {
        var lines = Lines(name);
        lines.Should().HaveCountLessThanOrEqualTo(100);

        // Beside what is limited: seven values, each as long as any may be, and names and syntax.
        lines.Where(line => line.Length > (64 * 1024) + (7 * TargetLimits.LongestValue) + 4096).Should().BeEmpty();
    }

    [TestCase("labels-of-prometheus", 1)]
    [TestCase("annotations-of-prometheus", 1, nameof(RemarkKind.ParamAnnotationInvalid), nameof(RemarkKind.ParamAnnotationInvalid))]
    [TestCase("port-elsewhere", 1, nameof(RemarkKind.PortAnnotationInvalid), nameof(RemarkKind.PortAnnotationInvalid), nameof(RemarkKind.PortAnnotationInvalid))]
    [TestCase("scheme-elsewhere", 1, nameof(RemarkKind.PathAnnotationInvalid), nameof(RemarkKind.SchemeAnnotationInvalid))]
    [TestCase("path-with-a-line", 1, nameof(RemarkKind.PathAnnotationInvalid))]
    [TestCase("too-often", 1, nameof(RemarkKind.IntervalAnnotationInvalid))]
    [TestCase("duration-of-ages", 1, nameof(RemarkKind.IntervalAnnotationInvalid), nameof(RemarkKind.TimeoutAnnotationInvalid), nameof(RemarkKind.MetadataTooLarge))]
    [TestCase("giant-label", 1, nameof(RemarkKind.MetadataTooLarge))]
    [TestCase("many-labels", 1, nameof(RemarkKind.MetadataTooLarge))]
    [TestCase("labels-to-be-escaped", 1, nameof(RemarkKind.MetadataTooLarge))]
    [TestCase("many-ports", 100, nameof(RemarkKind.TargetsTooMany))]
    [TestCase("many-containers", 1)]
    public void It_is_told_what_was_left_out(string name, int targets, params string[] remarks)
    {
        var verdict = Project(name).Should().BeOfType<Verdict.Target>().Subject;
        verdict.Groups.Should().HaveCount(targets);
        verdict.Remarks.Select(remark => remark.Kind.ToString()).Should().Equal(remarks);
    }

    [Test]
    public void Long_values_are_left_out_one_by_one()
    {
        var verdict = Project("long-values").Should().BeOfType<Verdict.Target>().Subject;
        verdict.Remarks.Should().OnlyContain(remark => remark.Kind == RemarkKind.ValueTooLong);
        verdict.Remarks.Select(remark => remark.Fact.Split(' ')[5]).Should().Equal(
            "node", "__meta_kubernetes_pod_uid", "__meta_kubernetes_pod_node_name", "__meta_kubernetes_pod_controller_kind", "__meta_kubernetes_pod_controller_name",
            "__meta_kubernetes_pod_container_image");
    }

    [TestCase("long-container", nameof(Reason.NameTooLong))]
    [TestCase("everywhere", nameof(Reason.PodAddressInvalid))]
    [TestCase("everywhere-v6", nameof(Reason.PodAddressInvalid))]
    [TestCase("everywhere-mapped", nameof(Reason.PodAddressInvalid))]
    [TestCase("everybody", nameof(Reason.PodAddressInvalid))]
    [TestCase("address-with-a-path", nameof(Reason.PodAddressInvalid))]
    [TestCase("address-by-name", nameof(Reason.PodAddressInvalid))]
    [TestCase("address-of-another-base", nameof(Reason.PodAddressInvalid))]
    [TestCase("many-annotated-ports", nameof(Reason.PortAnnotationInvalid))]
    [TestCase("forged-phase", nameof(Reason.PodNotRunning))]
    [TestCase("forged-line-not-a-target", nameof(Reason.PodWithoutPort))]
    public void Some_are_no_targets(string name, string reason) =>
        Project(name).Should().BeOfType<Verdict.NotTarget>().Which.Reason.ToString().Should().Be(reason);

    [Test]
    public void A_pod_with_an_endless_name_is_no_target() =>
        Project(new string('p', 100_000)).Should().Be(new Verdict.NotTarget(Reason.NameTooLong, "its name and namespace have 100008 characters"));

    [Test]
    public void A_tiny_label_comes_in_beside_a_giant_one_wherever_that_stands() =>
        Lines("giant-label").Single().Should().Contain("\"__meta_kubernetes_pod_label_tiny\":\"1\"").And.Contain("_labelpresent_tiny").And.NotContain("giant\":");

    [Test]
    public void The_shortest_labels_come_in_and_the_same_ones_each_time()
    {
        var pod = HostilePods.Pod("p", "127.0.0.1");
        foreach (var (key, length) in new[] { ("a", 100), ("b", 40), ("c", 60), ("d", 40), ("e", 40) })
            pod["metadata"]!["labels"]![key] = new string('x', length);
        const int room = 3 * 78; // log, and two of 40.
        var rules = LabelRules.Standard with { Limits = new(room, 1) };
        var group = ((Verdict.Target)Project(pod, rules)).Groups.Single();
        group.Labels.Select(label => label.Key).Where(key => key.Contains("_label_")).Should().Equal(
            "__meta_kubernetes_pod_label_b", "__meta_kubernetes_pod_label_d", "__meta_kubernetes_pod_label_log");
    }

    [TestCase("")]
    [TestCase("a\u0001\"\\/<>&'\u007f\u00e9\u2028\ufeff\ufffe日😀")]
    public void The_room_of_a_label_is_that_which_it_takes(string value)
    {
        var both = new TargetGroup("a:1", [new("a", "b"), new("name", value)]).Render().Length;
        var one = new TargetGroup("a:1", [new("a", "b")]).Render().Length;
        TargetGroup.SizeOf("name", value).Should().Be(both - one);
    }

    [Test]
    public void A_node_with_an_endless_name_is_no_target_and_gives_its_pods_no_name()
    {
        var node = new Node(new(new string('n', 5_000)), null, new([new("InternalIP", "10.0.0.1")]));
        var verdict = new NodeProjection(9100, false, Rules with { NodeMetadata = true }).Project(node);
        verdict.Should().Be(new Verdict.NotTarget(Reason.NameTooLong, "its name has 5000 characters"));
    }

    private static IReadOnlyList<string> Lines(string name) =>
        [.. RenderedTargets.Of(Project(name)).Groups.Select(group => new UTF8Encoding(false, true).GetString(group.Before))];

    private static Verdict Project(string name) => Project(HostilePods.All[name], Rules);

    private static Verdict Project(System.Text.Json.Nodes.JsonObject pod, LabelRules rules) =>
        new PodProjection("prometheus", false, rules).Project(JsonSerializer.Deserialize(pod.ToJsonString(), ClusterJson.Default.Pod)!);

    [GeneratedRegex(@"^__(scheme|metrics_path|scrape_interval|scrape_timeout)__\z|^__param_[a-zA-Z0-9_]+\z")]
    private static partial Regex Scraping();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\u2028\u2029]")]
    private static partial Regex Unprintable();
}

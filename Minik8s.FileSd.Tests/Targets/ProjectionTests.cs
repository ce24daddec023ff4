using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Tests.Targets;

internal sealed class ProjectionTests
{
    private static readonly LabelRules Rules = LabelRules.Standard;
    private static readonly Dictionary<string, string> Selected = new() { ["log"] = "prometheus" };

    [Test]
    public void A_node_is_scraped_at_its_internal_address()
    {
        var group = Group(Node(new("Hostname", "worker-1"), new("ExternalIP", "1.2.3.4"), new("InternalIP", "10.0.0.1")));
        group.Address.Should().Be("10.0.0.1:9100");
        group.Labels.Should().Contain(new KeyValuePair<string, string>("instance", "n"))
            .And.Contain(new KeyValuePair<string, string>("node", "n"))
            .And.Contain(new KeyValuePair<string, string>("__meta_kubernetes_node_address_Hostname", "worker-1"));
    }

    [TestCase("fd00::1", "[fd00::1]:9100")]
    [TestCase("worker-1.example", "worker-1.example:9100")]
    public void An_address_may_be_IPv6_or_a_name(string host, string address) =>
        Group(Node(new NodeAddress("InternalIP", host))).Address.Should().Be(address);

    [Test]
    public void A_node_that_is_not_ready_stays_a_target_and_says_so()
    {
        var node = new Node(new("n"), null, new([new("InternalIP", "10.0.0.1")], [new("Ready", "False")]));
        Group(node).Labels.Should().Contain(new KeyValuePair<string, string>("__meta_kubernetes_node_condition_ready", "false"));
    }

    [Test]
    public void A_node_without_an_address_is_no_target()
    {
        Why(new Node(new("n"))).Should().Be(Reason.NodeWithoutAddress);
        Why(Node(new NodeAddress("InternalIP", ""))).Should().Be(Reason.NodeWithoutAddress);
        Why(Node(new NodeAddress("Carrier pigeon", "10.0.0.1"))).Should().Be(Reason.NodeWithoutAddress);
    }

    [TestCase("10.0.0.1/24")]
    [TestCase("10.0.0.1:9100")]
    [TestCase("1")]
    [TestCase("10.0.0.256")]
    [TestCase("a b")]
    [TestCase("[fd00::1]")]
    [TestCase("fe80::1%eth0")]
    [TestCase("-")]
    public void A_node_whose_address_is_none_is_no_target(string host) =>
        Why(Node(new NodeAddress("InternalIP", host))).Should().Be(Reason.NodeAddressInvalid);

    [Test]
    public void A_running_pod_gives_a_target_for_each_port_of_the_name()
    {
        var pod = Pod(
            new("web", "web:1", [new("http", 80, "TCP"), new("prometheus", 2112, "TCP")]),
            new("sidecar", "sidecar:1", [new("prometheus", 2113)]));
        Groups(pod).Select(group => group.Address).Should().Equal("10.1.0.1:2112", "10.1.0.1:2113");
        Groups(pod).Select(group => group.Labels.Single(label => label.Key == "container").Value).Should().Equal("web", "sidecar");
    }

    [Test]
    public void Ordinary_labels_say_namespace_pod_container_and_node() =>
        Groups(Pod(Container())).Single().Labels.Where(label => !label.Key.StartsWith("__meta_", StringComparison.Ordinal))
            .Should().Equal(
                new("container", "app"), new("namespace", "shop"), new("node", "worker-1"), new KeyValuePair<string, string>("pod", "p"));

    [Test]
    public void An_init_container_counts_only_as_a_sidecar()
    {
        var init = Container() with { Name = "init" };
        var pod = Pod(new Container("app"));
        Why(pod with { Spec = pod.Spec! with { InitContainers = [init] } }).Should().Be(Reason.PodWithoutPort);
        Groups(pod with { Spec = pod.Spec! with { InitContainers = [init with { RestartPolicy = "Always" }] } })
            .Single().Labels.Should().Contain(new KeyValuePair<string, string>("__meta_kubernetes_pod_container_init", "true"));
    }

    [TestCase("Pending", nameof(Reason.PodNotRunning))]
    [TestCase("Unknown", nameof(Reason.PodNotRunning))]
    [TestCase(null, nameof(Reason.PodNotRunning))]
    [TestCase("Succeeded", nameof(Reason.PodFinished))]
    [TestCase("Failed", nameof(Reason.PodFinished))]
    public void A_pod_that_does_not_run_is_no_target(string? phase, string reason) =>
        Why(Pod(Container()) with { Status = new(phase, "10.1.0.1") }).ToString().Should().Be(reason);

    [TestCase(null, nameof(Reason.PodWithoutAddress))]
    [TestCase("", nameof(Reason.PodWithoutAddress))]
    [TestCase("unknown", nameof(Reason.PodAddressInvalid))]
    [TestCase("010.1.0.1", nameof(Reason.PodAddressInvalid))]
    [TestCase("0.0.0.0", nameof(Reason.PodAddressInvalid))]
    [TestCase("255.255.255.255", nameof(Reason.PodAddressInvalid))]
    [TestCase("ff02::1", nameof(Reason.PodAddressInvalid))]
    [TestCase("fd00::1 ", nameof(Reason.PodAddressInvalid))]
    public void A_pod_without_an_address_is_no_target(string? ip, string reason) =>
        Why(Pod(Container()) with { Status = new("Running", ip) }).ToString().Should().Be(reason);

    [Test]
    public void A_pod_without_the_port_is_no_target_and_its_ports_are_told()
    {
        var verdict = Project(Pod(new Container("app", null, [new("metrics", 1), new(null, 8080)]))).Should().BeOfType<Verdict.NotTarget>().Subject;
        verdict.Should().Be(new Verdict.NotTarget(Reason.PodWithoutPort, "its ports are metrics, 8080 (unnamed)"));
    }

    [TestCase("UDP")]
    [TestCase("SCTP")]
    public void A_port_that_is_not_TCP_is_no_target(string protocol) =>
        Why(Pod(new Container("app", null, [new("prometheus", 2112, protocol)]))).Should().Be(Reason.PortNotTcp);

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(65536)]
    public void A_port_out_of_range_is_no_target(int number) =>
        Why(Pod(new Container("app", null, [new("prometheus", number)]))).Should().Be(Reason.PortInvalid);

    [Test]
    public void Of_two_keys_that_become_one_name_the_ordinally_first_wins()
    {
        var pod = Pod(Container());
        pod = pod with { Metadata = pod.Metadata with { Labels = new Dictionary<string, string> { ["a_b"] = "2", ["a.b"] = "1", ["ключ"] = "x" } } };
        Groups(pod).Single().Labels.Should()
            .Contain(new KeyValuePair<string, string>("__meta_kubernetes_pod_label_a_b", "1"))
            .And.Contain(new KeyValuePair<string, string>("__meta_kubernetes_pod_label_____", "x"));
    }

    [Test]
    public void Nulls_where_objects_should_be_are_passed_over()
    {
        Group(Node(null!, new NodeAddress("InternalIP", "10.0.0.1"))).Address.Should().Be("10.0.0.1:9100");
        var pod = Pod(null!, new("app", null, [null!, new("prometheus", 2112)]));
        pod = pod with
        {
            Metadata = pod.Metadata with { OwnerReferences = [null!] },
            Status = pod.Status! with { Conditions = [null!], ContainerStatuses = [null!], InitContainerStatuses = [null!], PodIP = null, PodIPs = [null!, new("10.1.0.1")] },
        };
        Groups(pod).Single().Address.Should().Be("10.1.0.1:2112");
    }

    [Test]
    public void What_cannot_be_judged_is_no_target_and_harms_no_other() =>
        Verdict.Total<Node>(_ => throw new InvalidOperationException("odd"))(Node())
            .Should().Be(new Verdict.NotTarget(Reason.ObjectUnreadable, "odd"));

    [Test]
    public void The_annotation_in_which_kubectl_keeps_the_object_is_left_out()
    {
        var pod = Pod(Container());
        pod = pod with { Metadata = pod.Metadata with { Annotations = new Dictionary<string, string> { ["kubectl.kubernetes.io/last-applied-configuration"] = "{}" } } };
        Groups(pod).Single().Labels.Should().NotContain(label => label.Key.Contains("last_applied"));
    }

    private static Node Node(params NodeAddress[] addresses) => new(new("n"), null, new(addresses));

    private static Container Container() => new("app", "app:1", [new("prometheus", 2112, "TCP")]);

    private static Pod Pod(params Container[] containers) =>
        new(new("p", "shop", Labels: Selected), new("worker-1", containers), new("Running", "10.1.0.1"));

    private static Verdict Project(IResource item) => item is Node node
        ? new NodeProjection(9100, false, Rules).Project(node)
        : new PodProjection("prometheus", false, Rules).Project((Pod)item);

    private static IReadOnlyList<TargetGroup> Groups(IResource item) => Project(item).Should().BeOfType<Verdict.Target>().Subject.Groups;

    private static TargetGroup Group(IResource item) => Groups(item).Single();

    private static Reason Why(IResource item) => Project(item).Should().BeOfType<Verdict.NotTarget>().Subject.Reason;
}

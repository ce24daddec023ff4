using System.Text.Json;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Faults;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>Which objects become targets and what of other objects is told with them, as a running daemon sees it change.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SelectionTests
{
    [Test]
    public async Task Several_namespaces_are_followed_each_by_itself()
    {
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        Put(cluster, "b", "p", "127.0.2.2");
        Put(cluster, "a", "p", "127.0.2.1");
        Put(cluster, "c", "p", "127.0.2.3");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--pod.namespace=b", "--pod.namespace=a", web.Flag);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
        await web.UntilReady();
        (await web.ScrapeAsync())["stream_synced{resource=\"pods\"}"].Should().Be(1);

        // One that is forbidden keeps its targets, and does not hold up the other.
        cluster.Server.Faults.Add(Fault.Reply.Status(403), request => request.Path.Contains("/namespaces/a/"));
        cluster.Server.Faults.ResetConnections();
        await web.Until(lines => lines.Any(line => line.StartsWith("pods in a: not followed: ", StringComparison.Ordinal)), "the namespace is named");
        (await web.ScrapeAsync())["stream_synced{resource=\"pods\"}"].Should().Be(0);
        Put(cluster, "a", "q", "127.0.2.11");
        Put(cluster, "b", "q", "127.0.2.12");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112", "127.0.2.12:2112");
        cluster.Server.Faults.Clear();
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.11:2112", "127.0.2.2:2112", "127.0.2.12:2112");
    }

    [Test]
    public async Task A_server_that_takes_no_notice_of_the_namespace_tells_no_object_twice()
    {
        await using var cluster = await TestCluster.StartAsync();
        const string item = """{"metadata":{"name":"@","namespace":"@","labels":{"log":"prometheus"}},"spec":{"containers":[{"name":"app","ports":[{"name":"prometheus","containerPort":2112}]}]},"status":{"phase":"Running","podIP":"127.0.2.N"}}""";
        var items = string.Join(',', new[] { ("a", "1"), ("b", "2"), ("c", "3") }.Select(pod => item.Replace("@", pod.Item1).Replace("127.0.2.N", $"127.0.2.{pod.Item2}")));
        cluster.Server.Faults.Add(
            Fault.Reply.Text($$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{{items}}]}"""),
            request => request.Resource == "pods" && request.IsList);
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--pod.namespace=a,b");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
    }

    [Test]
    public async Task Nothing_is_published_before_each_namespace_was_listed()
    {
        await using var cluster = await TestCluster.StartAsync();
        Put(cluster, "a", "p", "127.0.2.1");
        var refused = cluster.Server.Faults.Add(Fault.Reply.Status(403), request => request.Path.Contains("/namespaces/b/"));
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--pod.namespace=a,b");
        await Eventually.Holds(() => refused.Matched > 2, "it has tried");
        File.Exists(cluster.PodsFile).Should().BeFalse();
        cluster.Server.Faults.Clear();
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
    }

    [Test]
    public async Task A_node_s_change_reaches_the_targets_of_its_pods_and_no_other_file()
    {
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        var refused = cluster.Server.Faults.Add(Fault.Reply.Status(500), request => request.Resource == "nodes");
        Node(cluster, "worker-1", "zone", "a");
        Put(cluster, "default", "p", "127.0.2.1");
        Put(cluster, "default", "q", "127.0.2.2", node: "worker-2");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--labels.node-metadata", web.Flag);
        await Eventually.Holds(() => refused.Matched > 2, "it has asked for nodes");
        File.Exists(cluster.PodsFile).Should().BeFalse("the labels of nodes are not known yet");
        await web.Until(lines => lines.Contains("pods.json: not written yet: it waits for the nodes"), "it is said what the file waits for");
        cluster.Server.Faults.Clear();
        await UntilZones("a", null);

        Node(cluster, "worker-2", "zone", "b");
        await UntilZones("a", "b");
        Node(cluster, "worker-1", "zone", "c");
        await UntilZones("c", "b");

        // An outage of the nodes holds up no pod, and takes no label away.
        refused = cluster.Server.Faults.Add(Fault.Reply.Status(500), request => request.Resource == "nodes");
        cluster.Server.Faults.ResetConnections();
        await Eventually.Holds(() => refused.Matched > 1, "the nodes are away");
        Put(cluster, "default", "r", "127.0.2.3");
        await UntilZones("c", "b", "c");
        cluster.Server.Faults.Clear();
        cluster.Server.Deletion.Delete(ResourceKind.Nodes, "", "worker-2", DeleteOptions.Forced);
        await UntilZones("c", null, "c");

        // What of a node is no label of its pods leaves their file alone.
        var before = File.GetLastWriteTimeUtc(cluster.PodsFile);
        Node(cluster, "worker-1", "zone", "c", address: "127.0.1.7");
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.7:9100");
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        File.GetLastWriteTimeUtc(cluster.PodsFile).Should().Be(before);

        Task UntilZones(params string?[] zones) => Eventually.Holds(
            () => File.Exists(cluster.PodsFile) && Labels(cluster.PodsFile, "__meta_kubernetes_node_label_zone").SequenceEqual(zones), $"the zones are {string.Join(", ", zones)}");
    }

    [Test]
    public async Task Nodes_are_selected_by_label_and_when_asked_for_by_readiness()
    {
        await using var cluster = await TestCluster.StartAsync();
        Node(cluster, "worker-1", "zone", "a", "127.0.1.1", "True");
        Node(cluster, "worker-2", "zone", "a", "127.0.1.2", "False");
        Node(cluster, "worker-3", "zone", "b", "127.0.1.3", "True");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--node.selector=zone=a", "--node.require-ready");
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100");
        Node(cluster, "worker-2", "zone", "a", "127.0.1.2", "True");
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100", "127.0.1.2:9100");
        Node(cluster, "worker-1", "zone", "b", "127.0.1.1", "True");
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.2:9100");
    }

    [Test]
    public async Task A_remark_is_told_once_and_counted_while_it_stands()
    {
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        Put(cluster, "default", "p", "127.0.2.1", annotations: new() { ["prometheus.io/path"] = "metrics" });
        for (var i = 0; i < 40; i++)
            Put(cluster, "many", $"p{i}", $"127.0.3.{i + 1}", annotations: new() { ["prometheus.io/scheme"] = "ftp" });
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await daemon.UntilLogged(303);
        daemon.Logged(302).Should().Be(20);
        daemon.Logged(302, "default/p").Should().Be(1);
        var scrape = await web.ScrapeAsync();
        scrape["object_remarks{resource=\"pods\",remark=\"path_annotation_invalid\"}"].Should().Be(1);
        scrape["object_remarks{resource=\"pods\",remark=\"scheme_annotation_invalid\"}"].Should().Be(40);

        Put(cluster, "default", "q", "127.0.2.2");
        await daemon.UntilLogged(400, "42 targets");
        Put(cluster, "default", "p", "127.0.2.1");
        await Eventually.Holds(
            async () => (await web.ScrapeAsync())["object_remarks{resource=\"pods\",remark=\"path_annotation_invalid\"}"] == 0, "it is mended");
        daemon.Logged(302).Should().Be(20, "what stands was told");
    }

    [Test]
    public async Task An_address_goes_to_the_newer_pod_and_back_when_that_ends()
    {
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        Put(cluster, "default", "old", "127.0.2.1", created: "2026-01-01T00:00:00Z");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await UntilPods("old");
        Put(cluster, "default", "new", "127.0.2.1", created: "2026-01-01T00:00:01Z");
        await UntilPods("new");
        await daemon.UntilLogged(302, "default/old");
        (await web.ScrapeAsync())["objects{resource=\"pods\",verdict=\"address_taken\"}"].Should().Be(1);
        (await web.ScrapeAsync())["objects{resource=\"pods\",verdict=\"target\"}"].Should().Be(1);
        cluster.DeletePod("new");
        await UntilPods("old");

        Task UntilPods(params string[] names) => Eventually.Holds(
            () => File.Exists(cluster.PodsFile) && Labels(cluster.PodsFile, "pod").SequenceEqual(names), $"the pods are {string.Join(", ", names)}");
    }

    private static IEnumerable<string?> Labels(string file, string name) => JsonNode.Parse(File.ReadAllText(file))!.AsArray()
        .Select(group => group!["labels"]![name]?.GetValue<string>());

    private static void Node(TestCluster cluster, string name, string label, string value, string address = "127.0.1.1", string ready = "True") =>
        cluster.Server.Registry.Put(ResourceKind.Nodes, JsonSerializer.Serialize(new
        {
            apiVersion = "v1",
            kind = "Node",
            metadata = new { name, labels = new Dictionary<string, string> { [label] = value } },
            status = new { addresses = new[] { new { type = "InternalIP", address } }, conditions = new[] { new { type = "Ready", status = ready } } },
        }));

    private static void Put(
        TestCluster cluster, string @namespace, string name, string address, string node = "worker-1",
        Dictionary<string, string>? annotations = null, string created = "2026-01-01T00:00:00Z") =>
        cluster.Server.Registry.Put(ResourceKind.Pods, JsonSerializer.Serialize(new
        {
            apiVersion = "v1",
            kind = "Pod",
            metadata = new
            {
                name,
                @namespace,
                creationTimestamp = created,
                labels = new Dictionary<string, string> { ["log"] = "prometheus" },
                annotations = annotations ?? [],
            },
            spec = new
            {
                nodeName = node,
                containers = new[] { new { name = "app", image = "app:1", ports = new[] { new { name = "prometheus", containerPort = 2112 } } } },
            },
            status = new { phase = "Running", podIP = address },
        }));
}

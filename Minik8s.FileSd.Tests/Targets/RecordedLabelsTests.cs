using System.Text.Json;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>
/// The labels that a real Prometheus discovered by <c>kubernetes_sd_configs</c> from the objects of a real API server,
/// against those that the daemon writes when the same objects are played to it by the sample API server.
/// </summary>
internal sealed class RecordedLabelsTests
{
    private static readonly JsonElement Discovered = JsonElement.Parse(Fixture.Bytes("kubernetes_sd/discovered.json"));
    private static readonly string[] Ordinary = ["instance", "node", "namespace", "pod", "container"];

    /// <summary>Where the daemon differs on purpose, by target; the objects that have no target at all are not recorded either.</summary>
    private static readonly (string Why, Func<Dictionary<string, string>, bool> Applies)[] NotTargets =
    [
        ("a finished pod", labels => labels.GetValueOrDefault("__meta_kubernetes_pod_phase") is "Succeeded" or "Failed"),
        ("a pod that has not begun to run", labels => labels.GetValueOrDefault("__meta_kubernetes_pod_phase") == "Pending"),
        ("an init container that ends", labels => labels.GetValueOrDefault("__meta_kubernetes_pod_container_name") == "setup"),
        ("not selected: another port", labels => labels.GetValueOrDefault("__meta_kubernetes_pod_container_port_name") != "prometheus"),
        ("not selected: the label", labels => labels.GetValueOrDefault("__meta_kubernetes_pod_label_log") != "prometheus"),
        ("UDP", labels => labels.GetValueOrDefault("__meta_kubernetes_pod_container_port_protocol") == "UDP"),
    ];

    [Test]
    public async Task Nodes_have_the_labels_of_kubernetes_sd()
    {
        using var folder = new TempFolder();
        await WriteAsync(folder, "--labels.meta=full");

        // On purpose: the port is the node_exporter's, or that of an annotation, not the kubelet's; the node stands in an
        // ordinary label, too. The recording's Prometheus does not tell conditions yet.
        var ours = Read(folder["nodes.json"]);
        ours.Should().OnlyContain(target => target.Address.EndsWith(
            $":{target.Labels.GetValueOrDefault("__meta_kubernetes_node_annotation_prometheus_io_port", "9100")}"));
        ours.Should().OnlyContain(target => target.Labels["instance"] == target.Labels["node"]);
        ours.Select(target => Text(HostOf(target.Address), target.Labels.Where(label => !label.Key.Contains("_condition_") && label.Key != "node")))
            .Should().BeEquivalentTo(Recorded("nodes").Select(target => Text(HostOf(target.Address), target.Labels)));
    }

    [TestCase("pods", "")]
    [TestCase("pods-with-node-metadata", "--labels.node-metadata")]
    public async Task Pods_have_the_labels_of_kubernetes_sd(string job, string flag)
    {
        using var folder = new TempFolder();
        await WriteAsync(folder, ["--labels.meta=full", .. flag.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var recorded = Recorded(job).Where(target => !NotTargets.Any(not => not.Applies(target.Labels))).ToList();

        // On purpose: what kubectl keeps of the object is left out; annotations that say how to scrape do so without a
        // relabelling rule; a pod that names its port by annotation is a target.
        var ours = Read(folder["pods.json"]).Where(target => target.Labels["pod"] != "portless");
        recorded.Should().HaveCountGreaterThan(10);
        ours.Select(target => Text(target.Address, target.Labels.Where(label => !Ordinary.Contains(label.Key) && label.Key != "__metrics_path__")))
            .Should().BeEquivalentTo(recorded.Select(target => Text(
                target.Address,
                target.Labels.Where(label => !label.Key.EndsWith("_kubectl_kubernetes_io_last_applied_configuration")))));
    }

    [Test]
    public void Each_difference_occurs_in_the_recording() =>
        NotTargets.Where(not => !Recorded("pods").Exists(target => not.Applies(target.Labels))).Select(not => not.Why).Should().BeEmpty();

    private static async Task WriteAsync(TempFolder folder, params string[] flags)
    {
        await using var cluster = await TestCluster.StartAsync();
        foreach (var (kind, plural) in new[] { (ResourceKind.Nodes, "nodes"), (ResourceKind.Pods, "pods") })
        {
            foreach (var item in JsonElement.Parse(Fixture.Bytes($"kubernetes_sd/{plural}.list.json")).GetProperty("items").EnumerateArray())
                cluster.Server.Registry.Put(kind, item.GetRawText());
        }

        await using var daemon = Daemon.Follow(cluster.Server.Uri, folder.Path, ["--once", .. flags]);
        (await daemon.ExitCode()).Should().Be(0, string.Join('\n', daemon.Lines));
    }

    private static List<(string Address, Dictionary<string, string> Labels)> Read(string file) =>
    [
        .. JsonElement.Parse(File.ReadAllBytes(file)).EnumerateArray().Select(group => (
            group.GetProperty("targets").EnumerateArray().Single().GetString()!,
            group.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!))),
    ];

    private static string Text(string address, IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join('\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}").Prepend(address));

    private static string HostOf(string address) => address[..address.LastIndexOf(':')];

    private static List<(string Address, Dictionary<string, string> Labels)> Recorded(string job) =>
    [
        .. Discovered.GetProperty(job).EnumerateArray().Select(target => (
            target.GetProperty("__address__").GetString()!,
            target.EnumerateObject().Where(label => label.Name != "__address__").ToDictionary(label => label.Name, label => label.Value.GetString()!))),
    ];
}

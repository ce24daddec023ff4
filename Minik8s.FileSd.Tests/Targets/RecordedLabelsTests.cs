using System.Text.Json;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>
/// The labels that a real Prometheus discovered by <c>kubernetes_sd_configs</c> from the objects of a real API server,
/// against those that the same objects get here.
/// </summary>
internal sealed class RecordedLabelsTests
{
    private static readonly JsonElement Discovered = JsonElement.Parse(Fixture.Bytes("kubernetes_sd/discovered.json"));

    [Test]
    public async Task Nodes_have_the_labels_of_kubernetes_sd()
    {
        var projection = new NodeProjection(9100);
        var nodes = await Objects("nodes", ClusterJson.Default.Node);
        var ours = nodes.Select(projection.Project).OfType<Verdict.Target>().SelectMany(target => target.Groups).ToList();

        // The recording's Prometheus does not tell conditions yet, and scrapes the kubelet instead of the node_exporter.
        var recorded = Recorded("nodes");
        ours.Select(group => Text(HostOf(group.Address), group.Labels.Where(label => !label.Key.Contains("_condition_") && label.Key != "node")))
            .Should().BeEquivalentTo(recorded.Select(target => Text(HostOf(target.Address), target.Labels)));
        ours.Should().OnlyContain(group => group.Address.EndsWith(":9100"));
    }

    [Test]
    public async Task Pods_have_the_labels_of_kubernetes_sd()
    {
        var projection = new PodProjection("prometheus");
        var pods = await Objects("pods", ClusterJson.Default.Pod);
        var ours = pods.Select(projection.Project).OfType<Verdict.Target>().SelectMany(target => target.Groups).ToList();

        // Kubernetes_sd leaves the selection to relabelling rules; this is ours, which also knows that an init container
        // ("setup") has ended when the pod runs, and leaves out kubectl's copy of the object.
        var recorded = Recorded("pods").Where(target => target.Labels is var labels
            && labels.GetValueOrDefault("__meta_kubernetes_pod_phase") == "Running"
            && labels.GetValueOrDefault("__meta_kubernetes_pod_container_port_name") == "prometheus"
            && labels.GetValueOrDefault("__meta_kubernetes_pod_container_port_protocol") == "TCP"
            && labels.GetValueOrDefault("__meta_kubernetes_pod_container_name") != "setup").ToList();
        recorded.Should().HaveCountGreaterThan(10);
        string[] ordinary = ["namespace", "pod", "container", "node"];
        ours.Select(group => Text(group.Address, group.Labels.Where(label => !ordinary.Contains(label.Key))))
            .Should().BeEquivalentTo(recorded.Select(target => Text(
                target.Address,
                target.Labels.Where(label => !label.Key.EndsWith("_kubectl_kubernetes_io_last_applied_configuration")))));
    }

    private static string Text(string address, IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join('\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}").Prepend(address));

    private static string HostOf(string address) => address[..address.LastIndexOf(':')];

    private static List<(string Address, Dictionary<string, string> Labels)> Recorded(string job) =>
    [
        .. Discovered.GetProperty(job).EnumerateArray().Select(target => (
            target.GetProperty("__address__").GetString()!,
            target.EnumerateObject().Where(label => label.Name != "__address__").ToDictionary(label => label.Name, label => label.Value.GetString()!))),
    ];

    private static async Task<List<T>> Objects<T>(string plural, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class, IResource
    {
        using var body = new MemoryStream(Fixture.Bytes($"kubernetes_sd/{plural}.list.json"));
        var objects = new List<T>();
        await foreach (var part in new ListReader<T>(typeof(T).Name, type).ReadAsync(body, CancellationToken.None))
        {
            if (part.Item is { } item)
                objects.Add(item);
        }

        return objects;
    }
}

using Minik8s.Sandbox.Acceptance.Screenshots;

namespace Minik8s.Sandbox.Acceptance;

/// <summary>
/// The acceptance run as a list. An alert waits for a minute before it fires: the steps between the death of the
/// node_exporter and its alert make use of that minute.
/// </summary>
internal static class AcceptanceSteps
{
    public static IReadOnlyList<Step> For(SandboxCluster cluster, Sights see, PrometheusIdentity prometheus) =>
    [
        new("The nodes and the pod that were there from the start are monitored",
            see.Is(Up("nodes", "node", "worker-1"), 1),
            see.Is(Up("nodes", "node", "worker-2"), 1),
            see.Is(Up("pods", "pod", "demo-1"), 1),
            see.Is(Up("prometheus"), 1),
            see.Is(Up("minik8s-filesd"), 1),
            see.Is("prometheus_notifications_alertmanagers_discovered", 1)),

        new("The node_exporter of worker-2 is killed, and stays down",
            _ => Done(() => cluster.KillExporter("worker-2")),
            see.Is(Up("nodes", "node", "worker-2"), 0),
            see.Has(Alert("pending"))),

        new("A node is added: worker-3",
            cancellationToken => cluster.AddNodeAsync("worker-3", cancellationToken),
            see.Is(Up("nodes", "node", "worker-3"), 1),
            see.Has("node_cpu_seconds_total{node=\"worker-3\"}"),
            see.Has("node_memory_MemAvailable_bytes{node=\"worker-3\"}"),
            see.Has("node_filesystem_avail_bytes{node=\"worker-3\"}"),
            see.Has("node_network_receive_bytes_total{node=\"worker-3\"}")),

        new("Two pods are created on it: shop and cart",
            async cancellationToken =>
            {
                await cluster.AddPodOnAsync("worker-3", "shop", cancellationToken);
                await cluster.AddPodOnAsync("worker-3", "cart", cancellationToken);
            },
            see.Is(Up("pods", "pod", "shop"), 1),
            see.Is(Up("pods", "pod", "cart"), 1),
            see.Has("app_queue_length{pod=\"shop\"}"),
            see.Has("app_requests_total{pod=\"shop\"}")),

        new("The pod changes its own metric: PUT /queue/42",
            cancellationToken => PutAsync(cluster, "shop", "/queue/42", cancellationToken),
            see.Is("app_queue_length{pod=\"shop\"}", 42)),

        new("Every panel of the dashboards has data",
            see.EveryPanelHasData()),

        new("The alert on worker-2 fires and reaches Alertmanager",
            see.Has(Alert("firing")),
            see.Arrived("NodeDown", "worker-2", "critical"))
        {
            Pictures =
            [
                Picture.Graph("app-metric", "app_queue_length", "2m"),
                Picture.FiringAlerts("alert-firing"),
                Picture.Status("status-page"),
            ],
        },

        new("The node_exporter of worker-2 is started again: the alert resolves",
            _ => Done(() => cluster.ReleaseExporter("worker-2")),
            see.Is(Up("nodes", "node", "worker-2"), 1),
            see.HasNo("ALERTS{alertname=\"NodeDown\"}"),
            see.Resolved("NodeDown", "worker-2"))
        {
            Pictures =
            [
                new("targets", "/targets"),

                // A line for each node, without a gap.
                Picture.Graph("node-cpu", "100 * instance:node_cpu_utilisation:rate1m", "1m") with
                {
                    Once = see.Is("min(min_over_time(up{job=\"nodes\"}[75s]))", 1),
                },
            ],
        },

        new("A pod is deleted: its monitoring stops",
            cancellationToken => cluster.RemovePodAsync("shop", cancellationToken),
            see.NoTarget("pod", "shop"),
            see.HasNo(Up("pods", "pod", "shop")),
            see.HasNo("app_queue_length{pod=\"shop\"}"),
            see.Is(Up("pods", "pod", "cart"), 1)),

        new("A node is deleted: its monitoring stops, and that of its pods",
            cancellationToken => cluster.RemoveNodeAsync("worker-3", cancellationToken),
            see.NoTarget("node", "worker-3"),
            see.HasNo(Up("nodes", "node", "worker-3")),
            see.HasNo(Up("pods", "pod", "cart")),
            see.Is(Up("nodes", "node", "worker-1"), 1),
            see.Is(Up("pods", "pod", "demo-1"), 1)),

        new("All of it without a restart, a reload or a target file that could not be read",
            see.Same(prometheus),
            see.OwnMetricIs("prometheus_sd_file_read_errors_total", 0)),
    ];

    private static string Up(string job) => $"up{{job=\"{job}\"}}";

    private static string Up(string job, string label, string value) => $"up{{job=\"{job}\",{label}=\"{value}\"}}";

    private static string Alert(string state) => $"ALERTS{{alertname=\"NodeDown\",node=\"worker-2\",alertstate=\"{state}\"}}";

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static async Task PutAsync(SandboxCluster cluster, string pod, string path, CancellationToken cancellationToken)
    {
        var target = (await cluster.Prometheus.TargetsAsync(cancellationToken))
            .Single(target => target.Labels.GetValueOrDefault("pod") == pod);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var response = await http.PutAsync(new Uri($"http://{target.Address}{path}"), content: null, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}

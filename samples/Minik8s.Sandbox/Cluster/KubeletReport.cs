using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>What a kubelet reports about its node and its pods.</summary>
internal static class KubeletReport
{
    /// <remarks>A node is no less ready when its node_exporter is down; that is for Prometheus to show.</remarks>
    public static JsonObject OfNode(NodeObject node, Workload exporter) => new()
    {
        ["addresses"] = new JsonArray(
            new JsonObject { ["type"] = "InternalIP", ["address"] = exporter.Port.EndPoint.Address.ToString() },
            new JsonObject { ["type"] = "Hostname", ["address"] = node.Name }),
        ["conditions"] = new JsonArray(Condition("Ready", !exporter.Status.First, exporter.Created)),
    };

    public static JsonObject OfPod(PodObject pod, IReadOnlyList<Workload> apps, IPAddress? host)
    {
        var statuses = apps.Select(app => app.Status).ToList();
        var ready = statuses.TrueForAll(status => status.Ready);
        var since = statuses.Max(status => status.Since);
        var address = apps[0].Port.EndPoint.Address.ToString();
        return new JsonObject
        {
            ["phase"] = statuses.Exists(status => status.First) ? "Pending" : "Running",
            ["podIP"] = address,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }),
            ["hostIP"] = host?.ToString(),
            ["conditions"] = new JsonArray(
                Condition("Ready", ready, since),
                Condition("ContainersReady", ready, since)),
            ["containerStatuses"] = new JsonArray([.. pod.Containers.Zip(statuses, (container, status) => Container(container.Name, pod, status))]),
        };
    }

    private static JsonObject Container(string name, PodObject pod, WorkloadStatus status) => new JsonObject
    {
        ["name"] = name,
        ["containerID"] = $"sandbox://{pod.Uid}/{name}/{status.Restarts}",
        ["ready"] = status.Ready,
        ["started"] = status.Ready,
        ["restartCount"] = status.Restarts,
        ["state"] = status.Ready
            ? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Time(status.Since) } }
            : new JsonObject { ["waiting"] = new JsonObject { ["reason"] = Reason(status) } },
    };

    private static JsonObject Condition(string type, bool isTrue, DateTimeOffset since) => new()
    {
        ["type"] = type,
        ["status"] = isTrue ? "True" : "False",
        ["lastTransitionTime"] = Time(since),
    };

    private static string Reason(WorkloadStatus status) =>
        status.Phase == WorkloadPhase.BackOff ? "CrashLoopBackOff" : "ContainerCreating";

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Tables;

/// <summary>The columns that kubectl users know, by kind.</summary>
internal static class Columns
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    private static readonly Column[] OfNodes =
    [
        Text("Name", 0, "The name of the node", o => ObjectJson.Text(o, "metadata", "name")),
        Text("Status", 0, "Whether the node is ready", NodeStatus),
        Text("Roles", 0, "The roles of the node", Roles),
        new("Age", "string", 0, "How long ago the node was created", Age),
        Text("Version", 0, "The version of the kubelet", o => ObjectJson.Text(o, "status", "nodeInfo", "kubeletVersion")),
        Text("Internal-IP", 1, "The address inside the cluster", o => Address(o, "InternalIP")),
        Text("External-IP", 1, "The address outside the cluster", o => Address(o, "ExternalIP")),
        Text("OS-Image", 1, "The operating system", o => ObjectJson.Text(o, "status", "nodeInfo", "osImage")),
        Text("Kernel-Version", 1, "The kernel", o => ObjectJson.Text(o, "status", "nodeInfo", "kernelVersion")),
        Text("Container-Runtime", 1, "The container runtime", o => ObjectJson.Text(o, "status", "nodeInfo", "containerRuntimeVersion")),
    ];

    private static readonly Column[] OfPods =
    [
        Text("Name", 0, "The name of the pod", o => ObjectJson.Text(o, "metadata", "name")),
        Text("Ready", 0, "Ready containers of all containers", PodColumns.Ready),
        Text("Status", 0, "What the pod is doing", PodColumns.Status),
        Text("Restarts", 0, "How often its containers were restarted", PodColumns.Restarts),
        new("Age", "string", 0, "How long ago the pod was created", Age),
        Text("IP", 1, "The address of the pod", o => ObjectJson.Text(o, "status", "podIP")),
        Text("Node", 1, "The node it runs on", o => ObjectJson.Text(o, "spec", "nodeName")),
        Text("Nominated Node", 1, "The node that makes room for it", o => ObjectJson.Text(o, "status", "nominatedNodeName")),
        Text("Readiness Gates", 1, "Further conditions of its readiness", _ => null),
    ];

    private static readonly Column[] OfNamespaces =
    [
        Text("Name", 0, "The name of the namespace", o => ObjectJson.Text(o, "metadata", "name")),
        Text("Status", 0, "Its phase", o => ObjectJson.Text(o, "status", "phase")),
        new("Age", "string", 0, "How long ago it was created", Age),
    ];

    public static IReadOnlyList<Column> Of(ResourceKind kind) =>
        kind == ResourceKind.Nodes ? OfNodes : kind == ResourceKind.Pods ? OfPods : OfNamespaces;

    /// <summary>The elements of a list of objects; nothing when it is something else.</summary>
    public static IEnumerable<JsonObject> Elements(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();

    private static Column Text(string name, int priority, string description, Func<JsonObject, string?> cell) =>
        new(name, "string", priority, description, (o, _) => cell(o) is { Length: > 0 } text ? text : "<none>");

    private static JsonNode Age(JsonObject o, DateTimeOffset now) =>
        DateTimeOffset.TryParse(ObjectJson.Text(o, "metadata", "creationTimestamp"), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var created)
            ? Tables.Age.Between(created, now)
            : "<unknown>";

    private static string NodeStatus(JsonObject node)
    {
        var ready = Elements(node["status"]?["conditions"]).FirstOrDefault(c => ObjectJson.Text(c, "type") == "Ready");
        var status = ready is null ? "Unknown" : ObjectJson.Text(ready, "status") == "True" ? "Ready" : "NotReady";
        return node["spec"]?["unschedulable"] is JsonValue value && value.TryGetValue<bool>(out var cordoned) && cordoned
            ? status + ",SchedulingDisabled"
            : status;
    }

    private static string? Roles(JsonObject node) => node["metadata"]?["labels"] is JsonObject labels
        ? string.Join(',', labels
            .Select(label => label.Key == "kubernetes.io/role" ? ObjectJson.Text(label.Value)
                : label.Key.StartsWith(RolePrefix, StringComparison.Ordinal) ? label.Key[RolePrefix.Length..]
                : null)
            .Where(role => !string.IsNullOrEmpty(role))
            .Order(StringComparer.Ordinal))
        : null;

    private static string? Address(JsonObject node, string type) => Elements(node["status"]?["addresses"])
        .Where(address => ObjectJson.Text(address, "type") == type)
        .Select(address => ObjectJson.Text(address, "address"))
        .FirstOrDefault();
}

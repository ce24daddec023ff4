using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>What the sandbox reads of a pod.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name, unique in the namespace.</param>
/// <param name="Uid">Its identity: a pod that is created again under the same name is another one.</param>
/// <param name="Node">The node it is bound to; null while it is not.</param>
/// <param name="Port">Where its program listens: the port named <c>prometheus</c>, else the first.</param>
/// <param name="Containers">The names of its containers.</param>
/// <param name="Deleting">Whether it is to end.</param>
/// <param name="Problem">Why the sandbox cannot run it; null when it can.</param>
internal sealed record PodObject(
    string Namespace,
    string Name,
    string Uid,
    string? Node,
    int Port,
    IReadOnlyList<string> Containers,
    bool Deleting,
    string? Problem)
{
    public string Path => ApiClient.PodPath(Namespace, Name);

    public static PodObject From(JsonObject pod)
    {
        var spec = pod["spec"] as JsonObject;
        var containers = (spec?["containers"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var ports = containers.SelectMany(container => container["ports"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var port = ports.Find(port => Json.Text(port["name"]) == "prometheus") ?? ports.FirstOrDefault();
        var number = port is null ? Manifests.AppPort : Json.Number(port["containerPort"]);
        var names = containers.ConvertAll(container => Json.Text(container["name"]));
        var problem =
            containers is [] ? "spec.containers is no list of containers"
            : names.Contains(null) ? "a container has no name"
            : number is not (>= 1 and <= 65535) ? $"containerPort {Json.Shown(port?["containerPort"])} is not a port, 1 to 65535"
            : null;
        return new PodObject(
            pod["metadata"]!["namespace"]!.GetValue<string>(),
            pod["metadata"]!["name"]!.GetValue<string>(),
            pod["metadata"]!["uid"]!.GetValue<string>(),
            Json.Text(spec?["nodeName"]) is { Length: > 0 } node ? node : null,
            number ?? 0,
            [.. names.OfType<string>()],
            pod["metadata"]!["deletionTimestamp"] is not null,
            problem);
    }
}

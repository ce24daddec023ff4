using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>What the sandbox reads of a container.</summary>
/// <param name="Name">Its name, unique in the pod.</param>
/// <param name="Port">
/// Where its program listens: the port named <c>prometheus</c>, else the first, else 2112 and up by its place in the pod.
/// </param>
/// <param name="Problem">Why the sandbox cannot run it; null when it can.</param>
internal sealed record ContainerObject(string Name, int Port, string? Problem)
{
    public static ContainerObject From(JsonObject container, int place)
    {
        var name = Json.Text(container["name"]);
        var ports = (container["ports"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var port = ports.Find(port => Json.Text(port["name"]) == "prometheus") ?? ports.FirstOrDefault();
        var number = port is null ? Manifests.AppPort + place : Json.Number(port["containerPort"]);
        var problem =
            name is null ? "a container has no name"
            : number is not (>= 1 and <= 65535) ? $"containerPort {Json.Shown(port?["containerPort"])} is not a port, 1 to 65535"
            : null;
        return new ContainerObject(name ?? "", number ?? 0, problem);
    }
}

using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>What the sandbox reads of a pod.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name, unique in the namespace.</param>
/// <param name="Uid">Its identity: a pod that is created again under the same name is another one.</param>
/// <param name="Node">The node it is bound to; null while it is not.</param>
/// <param name="Containers">Its containers.</param>
/// <param name="Deleting">Whether it is to end.</param>
/// <param name="Reported">Whether its status names an address.</param>
/// <param name="Problem">Why the sandbox cannot run it; null when it can.</param>
internal sealed record PodObject(
    string Namespace,
    string Name,
    string Uid,
    string? Node,
    IReadOnlyList<ContainerObject> Containers,
    bool Deleting,
    bool Reported,
    string? Problem)
{
    public string Path => ApiClient.PodPath(Namespace, Name);

    public static PodObject From(JsonObject pod)
    {
        var spec = pod["spec"] as JsonObject;
        var containers = (spec?["containers"] as JsonArray ?? []).OfType<JsonObject>().Select(ContainerObject.From).ToList();
        var problem = containers is []
            ? "spec.containers is no list of containers"
            : containers.Select(container => container.Problem).FirstOrDefault(problem => problem is not null);
        return new PodObject(
            pod["metadata"]!["namespace"]!.GetValue<string>(),
            pod["metadata"]!["name"]!.GetValue<string>(),
            pod["metadata"]!["uid"]!.GetValue<string>(),
            Json.Text(spec?["nodeName"]) is { Length: > 0 } node ? node : null,
            containers,
            pod["metadata"]!["deletionTimestamp"] is not null,
            Json.Text((pod["status"] as JsonObject)?["podIP"]) is { Length: > 0 },
            problem);
    }
}

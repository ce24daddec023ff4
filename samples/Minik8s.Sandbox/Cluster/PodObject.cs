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
internal sealed record PodObject(
    string Namespace, string Name, string Uid, string? Node, int Port, IReadOnlyList<string> Containers, bool Deleting)
{
    public string Path => ApiClient.PodPath(Namespace, Name);

    public static PodObject From(JsonObject pod)
    {
        var containers = pod["spec"]!["containers"]!.AsArray().OfType<JsonObject>().ToList();
        var ports = containers.SelectMany(container => container["ports"]?.AsArray() ?? []).OfType<JsonObject>().ToList();
        var port = ports.Find(port => port["name"]?.GetValue<string>() == "prometheus") ?? ports.FirstOrDefault();
        return new PodObject(
            pod["metadata"]!["namespace"]!.GetValue<string>(),
            pod["metadata"]!["name"]!.GetValue<string>(),
            pod["metadata"]!["uid"]!.GetValue<string>(),
            pod["spec"]!["nodeName"]?.GetValue<string>() is { Length: > 0 } node ? node : null,
            port?["containerPort"]!.GetValue<int>() ?? Manifests.AppPort,
            [.. containers.Select(container => container["name"]!.GetValue<string>())],
            pod["metadata"]!["deletionTimestamp"] is not null);
    }
}

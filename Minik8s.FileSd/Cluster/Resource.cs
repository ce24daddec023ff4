using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster;

/// <summary>A kind of object, where the API server has it, and which of its objects are asked for.</summary>
/// <param name="Kind">As objects say it: <c>Node</c>, <c>Pod</c>.</param>
/// <param name="Plural">As paths and permissions say it: <c>nodes</c>, <c>pods</c>.</param>
/// <param name="Path">Relative to the server's address, without a leading slash.</param>
/// <param name="Namespace">The only one that is asked for; empty for all, and for nodes.</param>
/// <param name="LabelSelector">Applied by the server; empty for all.</param>
internal sealed record Resource<T>(
    string Kind, string Plural, string Path, string Namespace, string LabelSelector, JsonTypeInfo<T> ItemType)
    where T : class, IResource
{
    /// <summary>Decodes the frames of a watch.</summary>
    public JsonTypeInfo<WatchEvent<T>> EventType { get; } = JsonMetadataServices.CreateValueInfo<WatchEvent<T>>(
        new JsonSerializerOptions { TypeInfoResolver = ClusterJson.Default },
        new WatchEventConverter<T>(Kind, ItemType));
}

internal static class Resources
{
    /// <param name="selector">Any Kubernetes label selector.</param>
    public static Resource<Node> Nodes(string selector) => new("Node", "nodes", "api/v1/nodes", "", selector, ClusterJson.Default.Node);

    /// <param name="selector">Any Kubernetes label selector.</param>
    /// <param name="namespace">Empty for all namespaces.</param>
    public static Resource<Pod> Pods(string selector, string @namespace) => new(
        "Pod",
        "pods",
        @namespace.Length == 0 ? "api/v1/pods" : $"api/v1/namespaces/{@namespace}/pods",
        @namespace,
        selector,
        ClusterJson.Default.Pod);
}

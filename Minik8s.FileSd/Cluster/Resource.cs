using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Minik8s.FileSd.Cluster.Tolerant;

namespace Minik8s.FileSd.Cluster;

/// <summary>A kind of object, where an API server may have it, how it is written there, and which objects are asked for.</summary>
/// <param name="Path">Relative to the server's address, without a leading slash; it may have a query.</param>
/// <param name="Namespace">The only one that is asked for; empty for all, and for nodes.</param>
/// <param name="Selector">Applied by the server, and again here.</param>
internal sealed record Resource<T>(
    string Path, string Namespace, LabelSelector Selector, Dialect Dialect, IWireFormat<T> Format)
    where T : class, IResource
{
    /// <summary>Of its answers.</summary>
    public Limits Limits { get; init; } = Limits.Default;
}

/// <summary>The places where nodes and pods are looked for.</summary>
/// <param name="dialect">Null when it is to be found out.</param>
/// <param name="nodesPath">Empty for those that are known.</param>
/// <param name="podsPath">Likewise; <c>{namespace}</c> in it stands for a namespace that is asked for alone.</param>
/// <param name="bounds">Of what is read; null for the defaults.</param>
internal sealed class Resources(Dialect? dialect = null, string nodesPath = "", string podsPath = "", Bounds? bounds = null)
{
    private readonly Bounds _bounds = bounds ?? Bounds.Default;

    /// <summary>Where Minik8s servers have them, the one that this project was first made for before the others.</summary>
    private static readonly string[] NodePaths = ["api/node", "api/v1/nodes", "api/nodes", "api/nodes/", "nodes", "nodes/getAll"];

    private static readonly string[] PodPaths = ["api/pod", "api/get/allpods", "api/v1/pods", "api/pods", "api/pods/", "pods", "pods/getAll"];

    /// <summary>In the order in which they are tried.</summary>
    public IReadOnlyList<Resource<Node>> Nodes(LabelSelector selector) =>
        Places("Node", nodesPath, "api/v1/nodes", NodePaths, "", selector, ClusterJson.Default.Node, (item, _) => Objects.Node(item));

    /// <param name="namespace">Empty for all namespaces.</param>
    public IReadOnlyList<Resource<Pod>> Pods(LabelSelector selector, string @namespace) => Places(
        "Pod",
        podsPath.Replace("{namespace}", @namespace),
        @namespace.Length == 0 ? "api/v1/pods" : $"api/v1/namespaces/{@namespace}/pods",
        [.. PodPaths, $"api/v1/namespaces/{(@namespace.Length == 0 ? "default" : @namespace)}/pods"], @namespace, selector, ClusterJson.Default.Pod, Objects.Pod);

    private List<Resource<T>> Places<T>(
        string kind, string path, string kubernetesPath, string[] minik8sPaths, string @namespace, LabelSelector selector,
        JsonTypeInfo<T> itemType, Func<JsonObject, string, T> read)
        where T : class, IResource
    {
        var places = new List<Resource<T>>();
        if (dialect is null or Dialect.Kubernetes)
        {
            places.Add(new(
                path.Length > 0 ? path : kubernetesPath, @namespace, selector, Dialect.Kubernetes, new KubernetesFormat<T>(kind, itemType, selector, _bounds))
            {
                Limits = _bounds.Limits,
            });
        }

        if (dialect is null or Dialect.Minik8s)
        {
            foreach (var place in path.Length > 0 ? [path] : minik8sPaths)
            {
                // Who has a place for each namespace need not say it of each pod.
                var own = @namespace.Length > 0 && place.Split('/').Contains(@namespace) ? @namespace : "default";
                places.Add(new(
                    place, @namespace, selector, Dialect.Minik8s, new Minik8sFormat<T>(item => read(item, own), dialect is null ? $"{kind}List" : null, _bounds))
                {
                    Limits = _bounds.Limits,
                });
            }
        }

        return places;
    }
}

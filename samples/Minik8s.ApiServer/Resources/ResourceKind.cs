using System.Text;

namespace Minik8s.ApiServer.Resources;

/// <summary>A kind of object that the server keeps. All of them belong to the core group, version <c>v1</c>.</summary>
/// <param name="Index">The place of the kind in a snapshot.</param>
/// <param name="Kind">The name in an object: <c>Pod</c>.</param>
/// <param name="Plural">The name in a path: <c>pods</c>.</param>
/// <param name="ShortName">What kubectl users type: <c>po</c>.</param>
/// <param name="Namespaced">Whether objects of the kind live in a namespace.</param>
/// <param name="EmptyBody">What a bookmark of this kind carries beside its metadata, as JSON members.</param>
internal sealed record ResourceKind(
    int Index, string Kind, string Plural, string ShortName, bool Namespaced, string EmptyBody)
{
    public static readonly ResourceKind Nodes = new(0, "Node", "nodes", "no", false,
        """
        "spec":{},"status":{"daemonEndpoints":{"kubeletEndpoint":{"Port":0}},"nodeInfo":{"machineID":"","systemUUID":"","bootID":"","kernelVersion":"","osImage":"","containerRuntimeVersion":"","kubeletVersion":"","kubeProxyVersion":"","operatingSystem":"","architecture":""}}
        """);

    public static readonly ResourceKind Pods = new(1, "Pod", "pods", "po", true,
        """
        "spec":{"containers":null},"status":{}
        """);

    public static readonly ResourceKind Namespaces = new(2, "Namespace", "namespaces", "ns", false,
        """
        "spec":{},"status":{}
        """);

    public static readonly IReadOnlyList<ResourceKind> All = [Nodes, Pods, Namespaces];

    /// <summary>
    /// Objects are kept without <c>kind</c> and <c>apiVersion</c>, the way they stand in a list; where one stands alone
    /// this takes the place of its opening brace.
    /// </summary>
    public byte[] Opening { get; } = Encoding.UTF8.GetBytes($$"""{"kind":"{{Kind}}","apiVersion":"v1",""");

    /// <summary>The kind with this name in a path, or null.</summary>
    public static ResourceKind? Named(string plural) => All.FirstOrDefault(kind => kind.Plural == plural);

    /// <summary>The sort key of an object: the order of lists and pages, and its identity within the kind.</summary>
    public string Key(string @namespace, string name) => Namespaced ? $"{@namespace}/{name}" : name;

    public override string ToString() => Plural;
}

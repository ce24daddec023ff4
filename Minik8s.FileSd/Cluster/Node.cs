using System.Text.Json;
using System.Text.Json.Serialization;
using Minik8s.FileSd.Cluster.Json;

namespace Minik8s.FileSd.Cluster;

internal sealed record Node(ObjectMeta Metadata, NodeSpec? Spec = null, NodeStatus? Status = null) : IResource
{
    /// <summary>Without a namespace, whatever a server makes up.</summary>
    [JsonIgnore]
    public ObjectKey Key => new("", Metadata.Name ?? "");

    public static bool HasNamespace => false;

    [JsonIgnore]
    public string? Undecodable { get; init; }

    public static IResource NotDecoded(ObjectMeta metadata, string why) => new Node(metadata) { Undecodable = why };

    public static IResource? Read(ref Utf8JsonReader json) => NodeReader.Read(ref json);

    /// <summary>
    /// It has left when it says that it is not ready: some Minik8s servers never delete a node. Kubernetes' nodes stay.
    /// </summary>
    [JsonIgnore]
    public bool LeavesWhenNotReady { get; init; }
}

internal sealed record NodeSpec(string? ProviderID = null);

internal sealed record NodeStatus(
    IReadOnlyList<NodeAddress>? Addresses = null,
    IReadOnlyList<Condition>? Conditions = null);

/// <param name="Type">InternalIP, ExternalIP, Hostname, InternalDNS, ExternalDNS …</param>
/// <param name="Address">An IP address or a host name, without a port.</param>
internal sealed record NodeAddress(string? Type, string? Address);

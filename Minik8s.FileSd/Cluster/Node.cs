namespace Minik8s.FileSd.Cluster;

internal sealed record Node(ObjectMeta Metadata, NodeSpec? Spec = null, NodeStatus? Status = null) : IResource;

internal sealed record NodeSpec(string? ProviderID = null);

internal sealed record NodeStatus(
    IReadOnlyList<NodeAddress>? Addresses = null,
    IReadOnlyList<Condition>? Conditions = null);

/// <param name="Type">InternalIP, ExternalIP, Hostname, InternalDNS, ExternalDNS …</param>
/// <param name="Address">An IP address or a host name, without a port.</param>
internal sealed record NodeAddress(string? Type, string? Address);

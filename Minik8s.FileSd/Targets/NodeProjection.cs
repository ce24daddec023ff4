using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// A node becomes <c>&lt;address&gt;:&lt;port&gt;</c>, where its node_exporter listens. A node that is not ready stays a
/// target: its silence is what the node-down alert is made of. The <c>__meta_kubernetes_node_*</c> labels are those of
/// Prometheus' <c>kubernetes_sd_configs</c>.
/// </summary>
/// <param name="port">Of the node_exporter.</param>
internal sealed class NodeProjection(int port)
{
    /// <summary>The order in which Prometheus' own discovery prefers addresses.</summary>
    private static readonly string[] AddressTypes =
        ["InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname"];

    public Verdict Project(Node node)
    {
        var addresses = node.Status?.Addresses.Present() ?? [];
        var host = AddressTypes
            .Select(type => addresses.FirstOrDefault(address => address.Type == type)?.Address)
            .FirstOrDefault(address => !string.IsNullOrEmpty(address));
        if (host is null)
            return new Verdict.NotTarget(Reason.NodeWithoutAddress, $"{addresses.Count} addresses, none of a known type");
        if (!HostAddress.IsHost(host))
            return new Verdict.NotTarget(Reason.NodeAddressInvalid, $"the address is \"{host}\"");
        return new Verdict.Target([new TargetGroup(HostAddress.Join(host, port), Labels(node, addresses).ToList())]);
    }

    private static LabelSet Labels(Node node, IReadOnlyList<NodeAddress> addresses)
    {
        const string prefix = "__meta_kubernetes_node";
        var labels = new LabelSet()
            .Add("instance", node.Metadata.Name)
            .Add("node", node.Metadata.Name)
            .Add($"{prefix}_name", node.Metadata.Name)
            .Add($"{prefix}_provider_id", node.Spec?.ProviderID)
            .AddMetadata(prefix, node.Metadata);
        foreach (var address in addresses)
            labels.Add($"{prefix}_address_{LabelSet.Sanitized(address.Type ?? "")}", address.Address);
        foreach (var condition in node.Status?.Conditions.Present() ?? [])
            labels.Add(
                $"{prefix}_condition_{LabelSet.Sanitized((condition.Type ?? "").ToLowerInvariant())}",
                condition.Status?.ToLowerInvariant());
        return labels;
    }
}

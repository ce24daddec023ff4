using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// A node becomes <c>&lt;address&gt;:&lt;port&gt;</c>, where its node_exporter listens. A node that is not ready stays a
/// target unless asked otherwise: its silence is what the node-down alert is made of. The <c>__meta_kubernetes_node_*</c>
/// labels are those of Prometheus' <c>kubernetes_sd_configs</c>.
/// </summary>
/// <param name="requireReady">Null to drop those nodes alone of which the server's dialect wants it.</param>
/// <param name="port">Of the node_exporter, where the annotation <c>prometheus.io/port</c> names no other.</param>
internal sealed class NodeProjection(int port, bool? requireReady, LabelRules rules)
{
    private const string Prefix = "__meta_kubernetes_node";

    /// <summary>The order in which Prometheus' own discovery prefers addresses.</summary>
    private static readonly string[] AddressTypes =
        ["InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname"];

    public Verdict Project(Node node)
    {
        if (TargetLimits.IsTooLong(node.Metadata.Name))
            return new Verdict.NotTarget(Reason.NameTooLong, $"its name has {node.Metadata.Name!.Length} characters");
        var addresses = node.Status?.Addresses.Present() ?? [];
        var host = AddressTypes
            .Select(type => addresses.FirstOrDefault(address => address.Type == type)?.Address)
            .FirstOrDefault(address => !string.IsNullOrEmpty(address));
        return Judge(node, addresses, host) with
        {
            Host = host,
            LabelsForPods = rules.NodeMetadata ? AddMetadata(new LabelSet(rules with { Extra = [] }, new Remarks()), node).ToList() : null,
        };
    }

    private static string NoneKnown(int addresses) => addresses switch
    {
        0 => "it has no address",
        1 => "its one address is of no known type",
        _ => $"{addresses} addresses, none of a known type",
    };

    private Verdict Judge(Node node, IReadOnlyList<NodeAddress> addresses, string? host)
    {
        var conditions = node.Status?.Conditions.Present() ?? [];
        var ready = conditions.FirstOrDefault(condition => condition.Type == "Ready")?.Status;
        if (requireReady == true ? ready != "True" : requireReady is null && node.LeavesWhenNotReady && ready is "False" or "Unknown")
            return new Verdict.NotTarget(Reason.NodeNotReady, $"its condition Ready is {Printable.Short(ready ?? "missing")}");
        if (host is null)
            return new Verdict.NotTarget(Reason.NodeWithoutAddress, NoneKnown(addresses.Count));
        if (!HostAddress.IsHost(host))
            return new Verdict.NotTarget(Reason.NodeAddressInvalid, $"the address is \"{Printable.Short(host)}\"");

        var remarks = new Remarks();
        var labels = new LabelSet(rules, remarks)
            .Add("instance", node.Metadata.Name)
            .Add("node", node.Metadata.Name)
            .AddMeta($"{Prefix}_provider_id", node.Spec?.ProviderID);
        labels.AddKeyed($"{Prefix}_address", FirstOfEach(addresses.Select(address => KeyValuePair.Create(address.Type ?? "", address.Address))), "address types");
        labels.AddKeyed(
            $"{Prefix}_condition",
            FirstOfEach(conditions.Select(condition => KeyValuePair.Create((condition.Type ?? "").ToLowerInvariant(), condition.Status?.ToLowerInvariant()))),
            "condition types");
        AddMetadata(labels, node);
        var address = HostAddress.Join(host, Port(node, remarks));
        return new Verdict.Target([new TargetGroup(address, labels.ToList())], remarks.ToList());
    }

    private static LabelSet AddMetadata(LabelSet labels, Node node) => labels
        .AddMeta($"{Prefix}_name", node.Metadata.Name)
        .AddMetadata($"{Prefix}_label", $"{Prefix}_annotation", node.Metadata);

    private static List<KeyValuePair<string, string?>> FirstOfEach(IEnumerable<KeyValuePair<string, string?>> entries) => [.. entries.DistinctBy(entry => entry.Key)];

    /// <summary>A node that is watched at the default port is better than one that is not watched.</summary>
    private int Port(Node node, Remarks remarks)
    {
        switch (ScrapeAnnotations.Ports(node.Metadata.Annotations, remarks))
        {
            case [var single]:
                return single;
            case { Count: > 1 } several:
                remarks.Add(RemarkKind.PortAnnotationInvalid, $"prometheus.io/port names {several.Count} ports; a node has one");
                return port;
            default:
                return port;
        }
    }
}

using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster.Tolerant;

/// <summary>Nodes and pods of any Minik8s, told as Kubernetes would. What stands in Kubernetes' own shape is lost nothing of.</summary>
internal static class Objects
{
    private const string PortAnnotation = "prometheus.io/port";

    private static readonly string[] AddressTypes = ["InternalIP", "ExternalIP", "Hostname", "InternalDNS", "ExternalDNS"];

    private static readonly string[] ConditionStatuses = ["True", "False", "Unknown"];

    /// <summary>An address is told by a type, or else is the internal one.</summary>
    public static Node Node(JsonObject item)
    {
        var conditions = Conditions(item);
        var ready = Ready(item, conditions);
        conditions.RemoveAll(condition => condition.Type == "Ready");
        if (ready is not null)
            conditions.Add(new("Ready", ready));
        return new(Metadata(item, null), new(Facts.ProviderId.Text(item)), new(Addresses(item), conditions))
        {
            LeavesWhenNotReady = true,
        };
    }

    /// <param name="namespace">Of pods that do not say theirs.</param>
    public static Pod Pod(JsonObject item, string @namespace)
    {
        var meta = Metadata(item, @namespace);
        var containers = Facts.Containers.Items(item).OfType<JsonObject>().ToList();
        if (MetricsPorts(meta, containers) is { } ports && meta.Annotations?.ContainsKey(PortAnnotation) != true)
            meta = meta with { Annotations = new Dictionary<string, string>(meta.Annotations ?? new Dictionary<string, string>()) { [PortAnnotation] = ports } };
        var phase = Facts.Phase.Text(item);
        return new(
            meta,
            new(
                Facts.NodeName.Text(item),
                [.. containers.Select(Container)],
                [.. Facts.InitContainers.Items(item).OfType<JsonObject>().Select(Container)],
                Facts.RestartPolicy.Text(item)),
            new(
                phase is null ? null : Facts.Phases.GetValueOrDefault(phase, phase),
                Facts.PodIP.All(item).Select(Fact.Scalar).FirstOrDefault(IsAddress),
                [.. Facts.PodIPs.Items(item).OfType<JsonObject>().Select(address => new PodAddress(Fact.Scalar(address.Named("ip"))))],
                Facts.HostIP.Text(item),
                Conditions(item),
                Read(Facts.ContainerStatuses, item, TolerantJson.Default.ListContainerStatus),
                Read(Facts.InitContainerStatuses, item, TolerantJson.Default.ListContainerStatus)));
    }

    /// <param name="namespace">Where the object does not say its own; null for one that has none.</param>
    private static ObjectMeta Metadata(JsonObject item, string? @namespace) => new(
        Facts.Name.Text(item),
        @namespace is null ? null : Facts.Namespace.Text(item) ?? @namespace,
        Facts.Uid.Text(item),
        Facts.ResourceVersion.Text(item),
        Texts(Facts.Labels, item),
        Texts(Facts.Annotations, item),
        Read(Facts.Owners, item, TolerantJson.Default.ListOwnerReference),
        Moment(Facts.Created.Text(item)),
        Moment(Facts.Deleted.Text(item)));

    private static Dictionary<string, string>? Texts(Fact fact, JsonObject item) =>
        fact.Object(item)?.Where(pair => Fact.Scalar(pair.Value) is not null).ToDictionary(pair => pair.Key, pair => Fact.Scalar(pair.Value)!);

    /// <summary>Go writes a time that was never set as the beginning of the year 1.</summary>
    private static string? Moment(string? text) => text?.StartsWith("0001-01-01T", StringComparison.Ordinal) == true ? null : text;

    private static List<Condition> Conditions(JsonObject item) => [.. Facts.Conditions.All(item).SelectMany(found => found switch
    {
        JsonArray array => array.OfType<JsonObject>().Select(each => (Type: Fact.Scalar(each.Named("type")), Status: Fact.Scalar(each.Named("status")))),
        JsonObject map => map.Select(pair => (Type: (string?)pair.Key, Status: Fact.Scalar(pair.Value))),
        _ => [],
    }).Where(condition => !string.IsNullOrEmpty(condition.Type)).Select(condition => new Condition(
        condition.Type!.Equals("Ready", StringComparison.OrdinalIgnoreCase) ? "Ready" : condition.Type,
        condition.Status))];

    /// <summary>Whether the node is ready, as the condition of that name would say it; null when nothing is said of it.</summary>
    private static string? Ready(JsonObject item, List<Condition> conditions)
    {
        var words = Facts.NodeState.All(item)
            .SelectMany(found => found is JsonArray array ? array.Select(Fact.Scalar) : [Fact.Scalar(found)])
            .Concat(conditions.Where(condition => condition.Status is null or "True").Select(condition => condition.Type))
            .OfType<string>().Where(word => word.Length > 0).ToList();
        if (words.Exists(Facts.Unready.Contains))
            return "False";
        var ready = conditions.Find(condition => condition.Type == "Ready")?.Status ?? Facts.NodeReady.Text(item);
        return ready is null ? words.Count > 0 ? "True" : null
            : ConditionStatuses.FirstOrDefault(known => known.Equals(ready, StringComparison.OrdinalIgnoreCase)) ?? ready;
    }

    private static List<NodeAddress> Addresses(JsonObject item)
    {
        var told = Facts.NodeAddresses.All(item).SelectMany(found => found switch
        {
            JsonArray array => array.Select(each => each is JsonObject one
                ? new NodeAddress(AddressType(Fact.Scalar(one.Named("type"))), Fact.Scalar(one.Named("address")))
                : new NodeAddress("InternalIP", Fact.Scalar(each))),
            JsonObject map => map.Select(pair => new NodeAddress(AddressType(pair.Key), Fact.Scalar(pair.Value))),
            _ => [],
        }).ToList();
        if (!told.Exists(address => address.Type is "InternalIP" or "ExternalIP" && IsAddress(address.Address))
            && Facts.NodeIP.All(item).Select(Fact.Scalar).FirstOrDefault(IsAddress) is { } ip)
        {
            told.Insert(0, new("InternalIP", ip));
        }

        return told.FindAll(address => !string.IsNullOrEmpty(address.Address));
    }

    private static string? AddressType(string? type) =>
        AddressTypes.FirstOrDefault(known => known.Equals(type, StringComparison.OrdinalIgnoreCase)) ?? type;

    /// <summary>The numbers of the ports that are marked as having metrics, or that a label names.</summary>
    private static string? MetricsPorts(ObjectMeta meta, List<JsonObject> containers)
    {
        var marked = containers.SelectMany(Ports).OfType<JsonObject>()
            .Where(port => Fact.Scalar(port.Named("prometheus")) is { } mark && mark.Equals("true", StringComparison.OrdinalIgnoreCase))
            .Select(port => $"{Fact.Number(port.Named("containerPort"))}").ToList();
        if (marked.Count > 0)
            return string.Join(',', marked);
        return meta.Labels is not { } labels ? null : Facts.PortLabels
            .Select(name => labels.FirstOrDefault(label => label.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value)
            .FirstOrDefault(value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }

    private static Container Container(JsonObject container) => new(
        Fact.Scalar(container.Named("name")),
        Fact.Scalar(container.Named("image")),
        [.. Ports(container).Select(Port)],
        Fact.Scalar(container.Named("restartPolicy")));

    private static IEnumerable<JsonNode> Ports(JsonObject container) => (container.Named("ports") as JsonArray ?? []).OfType<JsonNode>();

    /// <summary>A port without a number, or with one that is none, is told as 0, of which the projection says what it thinks.</summary>
    private static ContainerPort Port(JsonNode port) => port is JsonObject declared
        ? new(Fact.Scalar(declared.Named("name")), Fact.Number(declared.Named("containerPort")) ?? 0, Fact.Scalar(declared.Named("protocol"))?.ToUpperInvariant())
        : new(null, Fact.Number(port) ?? 0);

    private static bool IsAddress(string? text) =>
        text is not null && text.AsSpan().ContainsAny('.', ':') && IPAddress.TryParse(text, out var address)
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);

    /// <summary>What has Kubernetes' shape; null for anything else.</summary>
    private static List<T>? Read<T>(Fact fact, JsonObject item, JsonTypeInfo<List<T>> type)
    {
        try
        {
            return fact.All(item).OfType<JsonArray>().FirstOrDefault().Deserialize(type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

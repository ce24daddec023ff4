namespace Minik8s.FileSd.Cluster.Tolerant;

/// <summary>
/// Where Minik8s API servers have the facts of an object. Collected from the source of 23 public Minik8s projects, no two
/// of which agree; Kubernetes' own place comes first. To follow one more, add its place here.
/// </summary>
internal static class Facts
{
    private const string Root = "";

    private static readonly string[] Metadata = ["metadata", Root];
    private static readonly string[] Spec = ["spec", Root];
    private static readonly string[] Status = ["status", "podStatus", "nodeStatus", "runtime", Root];

    public static readonly Fact Name = Fact.In(Metadata, "name");
    public static readonly Fact Namespace = Fact.In(Metadata, "namespace");
    public static readonly Fact Uid = Fact.In(Metadata, "uid", "uuid", "id");
    public static readonly Fact ResourceVersion = Fact.In(Metadata, "resourceVersion");
    public static readonly Fact Labels = Fact.In(Metadata, "labels");
    public static readonly Fact Annotations = Fact.In(Metadata, "annotations");
    public static readonly Fact Owners = Fact.In(Metadata, "ownerReferences");
    public static readonly Fact Created = Fact.In(Metadata, "creationTimestamp");
    public static readonly Fact Deleted = Fact.In(Metadata, "deletionTimestamp");

    public static readonly Fact ProviderId = Fact.In(Spec, "providerID");
    public static readonly Fact NodeAddresses = Fact.In(Status, "addresses");
    public static readonly Fact NodeIP = Fact.In(["status", "nodeStatus"], "ip")
        .Or(Fact.In(["spec"], "nodeIP", "ip", "address", "physicalIp"))
        .Or(Fact.In(["info", Root], "ip"));

    public static readonly Fact Conditions = Fact.In(Status, "conditions");

    public static readonly Fact NodeReady = Fact.In(Status, "ready");

    /// <summary>How a node is, in a word or several.</summary>
    public static readonly Fact NodeState = Fact.In(Status, "state", "phase", "conditions", "status");

    public static readonly Fact NodeName = Fact.In(["spec", "status", "podStatus", "runtime", Root], "nodeName");
    public static readonly Fact RestartPolicy = Fact.In(Spec, "restartPolicy");
    public static readonly Fact Containers = Fact.In(Spec, "containers");
    public static readonly Fact InitContainers = Fact.In(Spec, "initContainers");
    public static readonly Fact Phase = Fact.In(Status, "phase", "podPhase", "conditions", "status");
    public static readonly Fact PodIP = Fact.In(Status, "podIP").Or(new("runtime.clusterIp")).Or(Fact.In(Status, "ip"));
    public static readonly Fact PodIPs = Fact.In(Status, "podIPs");
    public static readonly Fact HostIP = Fact.In(Status, "hostIP");
    public static readonly Fact ContainerStatuses = Fact.In(Status, "containerStatuses");
    public static readonly Fact InitContainerStatuses = Fact.In(Status, "initContainerStatuses");

    /// <summary>Labels that name the port with the metrics, where ports have no names of their own.</summary>
    public static readonly IReadOnlyList<string> PortLabels = ["minik8s/prometheus-port", "metricsPort", "metric_port"];

    /// <summary>What a node says of itself when it is not to be counted on. Anything else, or nothing, is well.</summary>
    public static readonly IReadOnlySet<string> Unready =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "Unhealthy", "NetworkUnavailable", "Failed", "NotReady" };

    /// <summary>Phases by names of their own, and what Kubernetes calls them.</summary>
    public static readonly IReadOnlyDictionary<string, string> Phases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Running"] = "Running",
        ["Succeeded"] = "Succeeded",
        ["Failed"] = "Failed",
        ["Delete"] = "Succeeded",
        ["Exit"] = "Succeeded",
        ["Terminating"] = "Succeeded",
        ["Finished"] = "Succeeded",
    };
}

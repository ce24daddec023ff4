// A value without a name cannot be had here; one with a name that a switch forgets stays an error.
#pragma warning disable CS8524

using Minik8s.FileSd.Options;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <summary>What each reason and remark is checked by, and what to do about it. A new one without that does not compile.</summary>
internal static class Fixes
{
    public const string Address = "address";
    public const string Annotations = "annotations";
    public const string Collision = "address_collision";
    public const string Limits = "limits";
    public const string Port = "port";
    public const string Shard = "shard";
    public const string InOtherShard = "nothing, as long as there is a daemon with that --shard: it has it in its file, and explains the rest";
    private const string Readable = "readable";
    private const string Group = "group";
    private const string Report = "report it, with the object, as an error of minik8s-filesd";

    /// <summary>The name of the check that fails.</summary>
    public static string Check(Reason reason) => reason switch
    {
        Reason.NodeWithoutAddress or Reason.NodeAddressInvalid or Reason.PodWithoutAddress or Reason.PodAddressInvalid => Address,
        Reason.NodeNotReady => "ready",
        Reason.PodScrapeOff => "scrape_annotation",
        Reason.PodNotRunning or Reason.PodFinished => "phase",
        Reason.PodTerminating => "terminating",
        Reason.PodWithoutPort => Port,
        Reason.ContainerFinished => "container",
        Reason.PortNotTcp => "protocol",
        Reason.PortInvalid => "port_number",
        Reason.PortAnnotationInvalid => Annotations,
        Reason.AddressTaken => Collision,
        Reason.OtherShard => Shard,
        Reason.NameTooLong => Limits,
        Reason.ObjectUnreadable => Readable,
        Reason.GroupInvalid => Group,
    };

    /// <summary>The name of the check that warns.</summary>
    public static string Check(RemarkKind kind) => kind switch
    {
        RemarkKind.NamesCollide => "label_names",
        RemarkKind.ScrapeAnnotationInvalid or RemarkKind.PortAnnotationInvalid or RemarkKind.PathAnnotationInvalid
            or RemarkKind.SchemeAnnotationInvalid or RemarkKind.IntervalAnnotationInvalid or RemarkKind.TimeoutAnnotationInvalid
            or RemarkKind.ParamAnnotationInvalid => Annotations,
        RemarkKind.PortLeftOut => Port,
        RemarkKind.TargetsTooMany or RemarkKind.MetadataTooLarge or RemarkKind.ValueTooLong => Limits,
        RemarkKind.AddressTaken => Collision,
        RemarkKind.GroupInvalid => Group,
        RemarkKind.ObjectUnreadable => Readable,
    };

    /// <summary>What was seen, and what became of it.</summary>
    public static string Words(Remark remark) => remark.Kind switch
    {
        RemarkKind.PortLeftOut or RemarkKind.ValueTooLong or RemarkKind.GroupInvalid => $"{remark.Fact}: it is left out",
        _ when Check(remark.Kind) == Annotations => $"{remark.Fact}: it is passed over",
        _ => remark.Fact,
    };

    public static string Of(Reason reason, Owner owner, FileSdOptions options) => reason switch
    {
        Reason.NodeWithoutAddress => "status.addresses needs an InternalIP; it is the kubelet that writes it",
        Reason.NodeAddressInvalid => "write an IP address or a host name there, without a port or a prefix length",
        Reason.NodeNotReady => "mend the node, or leave --node.require-ready=false so that it stays a target and the alert that it is down can fire",
        Reason.PodScrapeOff => Annotate(owner, "prometheus.io/scrape-", "take the annotation prometheus.io/scrape out of its metadata", isGone: true),
        Reason.PodNotRunning => $"see why it does not run: {Describe(owner)}",
        Reason.PodFinished => "a pod that has ended has nothing to be scraped; what is to be scraped must run",
        Reason.PodTerminating => "its successor becomes a target by itself; leave out --pod.drop-terminating to scrape pods until they end",
        Reason.PodWithoutAddress => $"it gets one when its network is set up; if not, see why: {Describe(owner)}",
        Reason.PodAddressInvalid => "the API server or its kubelet must write the address of the pod into status.podIP, without a port or a prefix length",
        Reason.PodWithoutPort => $"name a port {options.PodPortName} {owner.InManifest("spec.containers[].ports[]")}",
        Reason.ContainerFinished => "it is not started again by its restartPolicy; create the pod anew, or let it be restarted (restartPolicy: Always)",
        Reason.PortNotTcp => $"Prometheus scrapes by HTTP over TCP: name a TCP port {options.PodPortName} {owner.InManifest("spec.containers[].ports[]")}",
        Reason.PortInvalid => $"write a number from 1 to 65535 as containerPort {owner.InManifest("spec.containers[].ports[]")}",
        Reason.PortAnnotationInvalid => Annotate(owner, "prometheus.io/port=PORT", "set the annotation prometheus.io/port to the number of its port"),
        Reason.AddressTaken => "delete the one that is stale; where both use the network of their node, give each a port of its own",
        Reason.OtherShard => InOtherShard,
        Reason.NameTooLong => $"give it a shorter name: Kubernetes allows 63 characters for a container {owner.InManifest("spec.containers[].name")}",
        Reason.ObjectUnreadable => "mend the object on the API server: a value in it has a type that Kubernetes' API does not have there",
        Reason.GroupInvalid => Report,
    };

    public static string Of(RemarkKind kind, Owner owner) => kind switch
    {
        RemarkKind.NamesCollide => "rename one of the two, if relabelling rules look at it",
        RemarkKind.ScrapeAnnotationInvalid => Set(owner, "scrape", "true"),
        RemarkKind.PortAnnotationInvalid => Set(owner, "port", "PORT"),
        RemarkKind.PathAnnotationInvalid => Set(owner, "path", "/metrics"),
        RemarkKind.SchemeAnnotationInvalid => Set(owner, "scheme", "http"),
        RemarkKind.IntervalAnnotationInvalid => Set(owner, "interval", "30s"),
        RemarkKind.TimeoutAnnotationInvalid => Set(owner, "timeout", "10s"),
        RemarkKind.ParamAnnotationInvalid => "name the annotation prometheus.io/param.NAME with letters, digits and underscores alone",
        RemarkKind.PortLeftOut => "nothing, if that port is not to be scraped; else make it a TCP port with a number from 1 to 65535",
        RemarkKind.TargetsTooMany => "raise --limits.pod-targets, or name fewer ports",
        RemarkKind.MetadataTooLarge => "shorten its labels and annotations, raise --limits.metadata-bytes, or carry fewer by --labels.meta",
        RemarkKind.ValueTooLong => "shorten it, if relabelling rules look at it",
        RemarkKind.AddressTaken => "delete the one that is stale; where both use the network of their node, give each a port of its own",
        RemarkKind.GroupInvalid => Report,
        RemarkKind.ObjectUnreadable => "mend the object on the API server: a value in it has a type that Kubernetes' API does not have there",
    };

    /// <summary>The command that says more of an object.</summary>
    private static string Describe(Owner owner) => owner.Dialect == Cluster.Dialect.Kubernetes
        ? $"kubectl describe {owner.Kind}{(owner.Key.Namespace.Length == 0 ? "" : $" -n {Owner.Word(owner.Key.Namespace)}")} {Owner.Word(owner.Key.Name)}"
        : "the log of its kubelet";

    private static string Set(Owner owner, string name, string value) =>
        Annotate(owner, $"{ScrapeAnnotations.Prefix}{name}={value}", $"set the annotation {ScrapeAnnotations.Prefix}{name}, for instance to {value}");

    private static string Annotate(Owner owner, string change, string words, bool isGone = false) =>
        owner.Annotate(isGone ? [change] : [change, Owner.Overwrite], words) + owner.AndInTemplate("metadata.annotations", isGone);
}

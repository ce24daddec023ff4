// A value without a name cannot be had here; one with a name that a switch forgets stays an error.
#pragma warning disable CS8524

namespace Minik8s.FileSd.Targets;

/// <summary>Why an object is not a target. <see cref="Reasons"/> says what each of them means.</summary>
internal enum Reason
{
    NodeWithoutAddress,
    NodeAddressInvalid,
    NodeNotReady,
    PodScrapeOff,
    PodNotRunning,
    PodFinished,
    PodTerminating,
    PodWithoutAddress,
    PodAddressInvalid,
    PodWithoutPort,
    ContainerFinished,
    PortNotTcp,
    PortInvalid,
    PortAnnotationInvalid,
    AddressTaken,
    OtherShard,
    NameTooLong,
    ObjectUnreadable,
    GroupInvalid,
}

/// <summary>What was left out of an object's targets. <see cref="Reasons"/> says what each of them means.</summary>
internal enum RemarkKind
{
    NamesCollide,
    ScrapeAnnotationInvalid,
    PortAnnotationInvalid,
    PathAnnotationInvalid,
    SchemeAnnotationInvalid,
    IntervalAnnotationInvalid,
    TimeoutAnnotationInvalid,
    ParamAnnotationInvalid,
    PortLeftOut,
    TargetsTooMany,
    MetadataTooLarge,
    ValueTooLong,
    AddressTaken,
    GroupInvalid,
    ObjectUnreadable,
}

/// <summary>Something of an object was left out, and its targets are without it.</summary>
/// <param name="Fact">What was seen, to be read behind the kind.</param>
internal readonly record struct Remark(RemarkKind Kind, string Fact);

/// <summary>The meaning of each reason and remark. A new one without a meaning does not compile.</summary>
internal static class Reasons
{
    public static string Text(Reason reason) => reason switch
    {
        Reason.NodeWithoutAddress => "the node has no address of a known type",
        Reason.NodeAddressInvalid => "the node's address is neither an IP address nor a host name",
        Reason.NodeNotReady => "the node is not ready, and --node.require-ready asks for it",
        Reason.PodScrapeOff => "the pod's annotation prometheus.io/scrape is false",
        Reason.PodNotRunning => "the pod has not begun to run, or its state is unknown",
        Reason.PodFinished => "the pod has ended, with success or not",
        Reason.PodTerminating => "the pod is being deleted, and --pod.drop-terminating asks not to wait for its end",
        Reason.PodWithoutAddress => "the pod has no IP address yet",
        Reason.PodAddressInvalid => "what the pod has for an IP address is none",
        Reason.PodWithoutPort => "no container has a port of the name that is looked for, and no annotation prometheus.io/port names one",
        Reason.ContainerFinished => "the container with the port has ended and is not started again",
        Reason.PortNotTcp => "the port is UDP or SCTP, which Prometheus cannot scrape",
        Reason.PortInvalid => "the port's number is not within 1 to 65535",
        Reason.PortAnnotationInvalid => "the annotation prometheus.io/port is neither a number from 1 to 65535 nor a comma-separated list of at most 32",
        Reason.AddressTaken => "a newer pod, or one that declares the port, has the same address",
        Reason.OtherShard => "all of its targets are those of other shards, for other Prometheus servers (--shard)",
        Reason.NameTooLong => "its name, that of its namespace or that of the container with the port has more than 4096 bytes",
        Reason.ObjectUnreadable => "the object is such as no API server should send, and could not be judged",
        Reason.GroupInvalid => "all that was made of it would have Prometheus reject the whole file, which is an error in the daemon",
    };

    public static string Text(RemarkKind kind) => kind switch
    {
        RemarkKind.NamesCollide => "two keys become the same label name; the ordinally first is used",
        RemarkKind.ScrapeAnnotationInvalid => "the annotation prometheus.io/scrape is neither true nor false, and is passed over",
        RemarkKind.PortAnnotationInvalid => "the annotation prometheus.io/port, or an entry of it, is not a number from 1 to 65535, or there are too many, and is passed over",
        RemarkKind.PathAnnotationInvalid => "the annotation prometheus.io/path does not begin with / or has a ?, a space or a control character, and is passed over",
        RemarkKind.SchemeAnnotationInvalid => "the annotation prometheus.io/scheme is neither http nor https, and is passed over",
        RemarkKind.IntervalAnnotationInvalid => "the annotation prometheus.io/interval is not a duration that Prometheus accepts, such as 30s, or is shorter than 1s, and is passed over",
        RemarkKind.TimeoutAnnotationInvalid => "the annotation prometheus.io/timeout is not a duration that Prometheus accepts, or is longer than the interval (without one, than 1m), and is passed over",
        RemarkKind.ParamAnnotationInvalid => "the name after prometheus.io/param. has other characters than letters, digits and underscores, and is passed over",
        RemarkKind.PortLeftOut => "one of several ports cannot be scraped, and is left out",
        RemarkKind.TargetsTooMany => "it has more ports to be scraped than --limits.pod-targets; the first ones are",
        RemarkKind.MetadataTooLarge => "its labels and annotations take more room in its target than --limits.metadata-bytes; the shortest are taken",
        RemarkKind.ValueTooLong => "a value other than those of labels and annotations, such as an image, has more than 4096 bytes, and is left out",
        RemarkKind.AddressTaken => "a newer pod, or one that declares the port, has one of its addresses",
        RemarkKind.GroupInvalid => "a target would have Prometheus reject the whole file, which is an error in the daemon, and is left out",
        RemarkKind.ObjectUnreadable => "the object has come to be such as no API server should send; the targets are those that it had before",
    };
}

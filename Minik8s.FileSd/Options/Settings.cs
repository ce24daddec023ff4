using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Options;

/// <summary>Every setting with its default and its check.</summary>
internal static partial class Settings
{
    /// <summary>The labels by which targets are told apart: docs/labels.md.</summary>
    private static readonly string[] OwnLabels = ["job", "instance", "node", "namespace", "pod", "container"];

    private const long LeastAuditBytes = 4 << 10;

    private const long LeastObjectBytes = 2L << 20;

    public static readonly IReadOnlyList<Setting> All =
    [
        new("api.server", "URL", "", "Address of the API server; empty to find it: service account of a pod, kubeconfig, `http://127.0.0.1:8080`",
            (o, v) => o with { ApiServer = v.Length == 0 ? null : ServerAddress.Parse(v) }),
        new("api.token-file", "FILE", "", "File with the bearer token for the API server; read again for each request",
            (o, v) => o with { TokenFile = v.Length == 0 ? null : Readable(v) }),
        new("api.ca-file", "FILE", "", "PEM file with the certificate authorities of the API server instead of the system's",
            (o, v) => o with { AuthoritiesFile = v.Length == 0 ? null : AuthoritiesFile(v) }),
        new("api.kubeconfig", "FILE", "", "Kubeconfig with the API server and the credential; else `KUBECONFIG` or `~/.kube/config`",
            (o, v) => o with { Kubeconfig = v.Length == 0 ? null : Readable(v) }),
        new("api.context", "NAME", "", "Context of the kubeconfig, instead of its current one",
            (o, v) => o with { Context = v.Length == 0 ? null : v }),
        new("api.dialect", "DIALECT", "auto", "How the API server speaks: kubernetes, minik8s (any of the teaching projects) or auto, which finds out",
            (o, v) => o with { Dialect = Dialect(v) }),
        new("api.nodes-path", "PATH", "", "Where the API server has the nodes, such as /api/node; empty for the places that are known",
            (o, v) => o with { NodesPath = ApiPath(v) }),
        new("api.pods-path", "PATH", "", "Where it has the pods; {namespace} in it stands for that of --pod.namespace; empty for the places that are known",
            (o, v) => o with { PodsPath = ApiPath(v) }),
        new("api.follow", "MODE", "auto", "How changes are learnt: watch, long-poll, poll or auto, the best that the API server has",
            (o, v) => o with { Follow = o.Follow with { Mode = Follow(v) } }),
        new("api.poll-interval", "DURATION", "5s", "How often the lists are asked for where there is neither watch nor long-poll",
            (o, v) => o with { Follow = o.Follow with { PollInterval = AtLeast(TimeSpan.FromMilliseconds(100), v) } }),
        new("api.relist-interval", "DURATION", "", "How often everything is listed anew; empty for 60s where the API server is not Kubernetes or has no watch, else never; 0 for never",
            (o, v) => o with { Follow = o.Follow with { RelistInterval = v.Length == 0 ? null : v == "0" ? TimeSpan.Zero : AtLeast(TimeSpan.FromSeconds(1), v) } }),
        new("limits.object-bytes", "SIZE", "16MiB", "Longest object of a list, and longest frame of a watch, that is taken from the API server",
            (o, v) => o with { Limits = o.Limits with { ObjectBytes = SizeOf(LeastObjectBytes, v, "as an object of Kubernetes may be (etcd takes 1.5MiB)") } }),
        new("limits.object-time", "DURATION", "30s", "How long one of them may take from its first byte to its last",
            (o, v) => o with { Limits = o.Limits with { ObjectTime = LongEnough(v) } }),
        new("limits.list-objects", "NUMBER", "300000", "Most objects of a list with all of its pages",
            (o, v) => o with { Limits = o.Limits with { ListObjects = Number(v) } }),
        new("limits.list-bytes", "SIZE", "", "Longest list with all of its pages; empty for 2GiB, and for 64MiB of a Minik8s server, whose lists are held while they are read",
            (o, v) => o with { Limits = o.Limits with { ListBytes = v.Length == 0 ? null : SizeOf(LeastObjectBytes, v, "as a single object may be") } }),
        new("limits.list-time", "DURATION", "10m", "How long a list may take with all of its pages",
            (o, v) => o with { Limits = o.Limits with { ListTime = LongEnough(v) } }),
        new("targets.dir", "DIR", "targets", "Folder of the target files; created if it is missing",
            (o, v) => o with { TargetsFolder = v.Length == 0 ? throw new FormatException("name a folder") : Path.GetFullPath(v) }),
        new("targets.nodes-file", "NAME", "nodes.json", "Name of the nodes' target file in that folder",
            (o, v) => o with { NodesFile = FileName(v) }),
        new("targets.pods-file", "NAME", "pods.json", "Name of the pods' target file in that folder",
            (o, v) => o with { PodsFile = FileName(v) }),
        new("node.port", "PORT", "9100", "Port of the node_exporter on each node",
            (o, v) => o with { NodePort = Port(v) }),
        new("node.selector", "SELECTOR", "", "Kubernetes label selector of the nodes; empty for all",
            (o, v) => o with { NodeSelector = LabelSelector.Parse(v) }),
        new("node.require-ready", "", "", "Leave out nodes that are not ready, and with them the alert that they are down; left open, those alone that a Minik8s server calls unhealthy",
            (o, v) => o with { NodeRequireReady = v.Length == 0 ? null : Switch(v) }),
        new("pod.selector", "SELECTOR", "log=prometheus", "Kubernetes label selector of the pods; empty for all",
            (o, v) => o with { PodSelector = LabelSelector.Parse(v) }),
        new("pod.port-name", "NAME", "prometheus", "Name of the container port that is a target",
            (o, v) => o with { PodPortName = PortName(v) }),
        new("pod.namespace", "NAMESPACE", "", "Namespace of the pods; several by commas or by repeating the flag, empty for all",
            (o, v) => o with { PodNamespaces = [.. Setting.Split(v).Select(Namespace).Distinct().Order(StringComparer.Ordinal)] }, IsList: true),
        new("pod.drop-terminating", "", "false", "Leave out pods from the moment on at which they are asked to end",
            (o, v) => o with { PodDropTerminating = Switch(v) }),
        new("labels.meta", "AMOUNT", "standard", "How much becomes `__meta_kubernetes_*` labels: standard, full (all that kubernetes_sd has) or none",
            (o, v) => o with { Labels = o.Labels with { Meta = Meta(v) } }),
        new("labels.annotation", "KEY", "", "Annotation that becomes a label even in standard; several by commas or by repeating the flag",
            (o, v) => o with { Labels = o.Labels with { Annotations = Setting.Split(v).Select(AnnotationKey).ToHashSet() } }, IsList: true),
        new("labels.node-metadata", "", "false", "Give the targets of pods the `__meta_kubernetes_node_*` labels of their node",
            (o, v) => o with { Labels = o.Labels with { NodeMetadata = Switch(v) } }),
        new("labels.extra", "NAME=VALUE", "", "Label of every target, such as cluster=prod; several by commas or by repeating the flag",
            (o, v) => o with { Labels = o.Labels with { Extra = ExtraLabels(v) } }, IsList: true),
        new("shard", "I/N", "", "Part of the targets that the files have: shard I of N, from 0/N on, as Prometheus' `hashmod` divides them by `__address__`; empty for all",
            (o, v) => o with { Shard = v.Length == 0 ? null : ShardOf(v) }),
        new("guard.max-drop", "SHARE", "0.5", "A list that is silent about more than this share of the targets is asked for again before they go; 0 to believe any",
            (o, v) => o with { Guard = o.Guard with { MaxDrop = Share(v) } }),
        new("guard.min-targets", "NUMBER", "5", "Fewer targets than this may always go; 0 to believe any list",
            (o, v) => o with { Guard = o.Guard with { MinTargets = Number(v, 0, int.MaxValue) } }),
        new("limits.metadata-bytes", "SIZE", ByteSize.Text(TargetLimits.Standard.MetadataBytes).Replace(" ", ""), "How much room the labels and annotations of an object may take in the file",
            (o, v) => o with { Labels = o.Labels with { Limits = o.Labels.Limits with { MetadataBytes = MetadataBytes(v) } } }),
        new("limits.pod-targets", "NUMBER", $"{TargetLimits.Standard.PodTargets}", "How many targets one pod may give",
            (o, v) => o with { Labels = o.Labels with { Limits = o.Labels.Limits with { PodTargets = Number(v, 1, 65535) } } }),
        new("settle.quiet", "DURATION", "50ms", "A file is written when nothing has changed for so long",
            (o, v) => o with { SettleQuiet = Duration(v) }),
        new("settle.limit", "DURATION", "20s", "A file is written at the latest so long after a change, however much changes; usually much sooner, the smaller the file the sooner",
            (o, v) => o with { SettleLimit = Duration(v) }),
        new("web.listen-address", "ADDRESS:PORT", "127.0.0.1:9099", "Where metrics and health are answered; :PORT for every address, empty for nowhere",
            (o, v) => o with { WebAddress = v.Length == 0 ? null : ListenAddress(v) }),
        new("prometheus.url", "URL", "", "Address of the Prometheus that reads the files, which is asked what it has of them; empty to ask none",
            (o, v) => o with { Prometheus = v.Length == 0 ? null : PrometheusAddress.Parse(v) }),
        new("prometheus.token-file", "FILE", "", "File with the bearer token for Prometheus; read again for each request",
            (o, v) => o with { PrometheusTokenFile = v.Length == 0 ? null : Readable(v) }),
        new("prometheus.interval", "DURATION", "15s", "How often Prometheus is asked",
            (o, v) => o with { PrometheusInterval = Duration(v) is var interval && interval >= TimeSpan.FromSeconds(1) ? interval : throw new FormatException("is shorter than 1s; an answer is long where there are many targets") }),
        new("audit.file", "FILE", "", "File that gets one line of JSON for each publish: its cause, and what it changed; empty for none",
            (o, v) => o with { AuditFile = v.Length == 0 ? null : AuditPath(v) }),
        new("audit.max-bytes", "SIZE", "16MiB", "Size at which that file becomes FILE.1, in the place of an older one, and a new one is begun",
            (o, v) => o with { AuditMaxBytes = SizeOf(LeastAuditBytes, v, "as a few lines take") }),
        new("log.level", "LEVEL", "info", "What is logged: debug, info, warn or error",
            (o, v) => o with { LogLevel = Level(v) }),
        new("log.format", "FORMAT", "text", "How it is logged: text or json",
            (o, v) => o with { LogAsJson = OneOf(v, "text", "json") == "json" }),
        new("once", "", "false", "Write both files once, then exit with 0: for an init container or cron",
            (o, v) => o with { Once = Switch(v) }),
    ];

    /// <summary>What concerns more than one setting: a flag to blame, and what is wrong and how to put it right.</summary>
    public static IEnumerable<(string Name, string Problem)> Conflicts(FileSdOptions options)
    {
        if (options.SettleQuiet > options.SettleLimit)
            yield return ("settle.quiet", "is longer than --settle.limit; make it shorter, or the limit longer");
        if (options.Limits.ListBytes < options.Limits.ObjectBytes)
            yield return ("limits.list-bytes", "is less than --limits.object-bytes; make it larger, or that smaller");
        if (options.Limits.ListTime < options.Limits.ObjectTime)
            yield return ("limits.list-time", "is shorter than --limits.object-time; make it longer, or that shorter");
        if (options.NodesFile == options.PodsFile)
            yield return ("targets.pods-file", "is the same as --targets.nodes-file; give each its own name");
        if (options.AuditFile is { } audit && IsIn(options.TargetsFolder, audit))
            yield return ("audit.file", "is in --targets.dir, where Prometheus would read all targets again for each line; name a file elsewhere");
        if (options.PodsPath.Contains("{namespace}") && options.PodNamespaces.Count == 0)
            yield return ("api.pods-path", "has a {namespace}, and none is named; name it by --pod.namespace");
        if (options is { ApiServer: not null, Kubeconfig: not null })
            yield return ("api.kubeconfig", "does nothing with --api.server; leave one of them out");
        if (options is { ApiServer: not null, Context: not null })
            yield return ("api.context", "does nothing with --api.server; leave one of them out");
        if (options is { PrometheusTokenFile: not null, Prometheus: null })
            yield return ("prometheus.token-file", "does nothing without --prometheus.url; name the Prometheus, too");
        if (options is { PrometheusTokenFile: not null, Prometheus.Credential: not null })
            yield return ("prometheus.token-file", "and the user in --prometheus.url are two credentials; leave one of them out");
        if (options.Labels is { NodeMetadata: true, Meta: MetaLabels.None })
            yield return ("labels.node-metadata", "does nothing with --labels.meta none; leave one of them out");
        if (options.Labels is { Annotations.Count: > 0, Meta: MetaLabels.None })
            yield return ("labels.annotation", "does nothing with --labels.meta none; leave one of them out");
    }
}

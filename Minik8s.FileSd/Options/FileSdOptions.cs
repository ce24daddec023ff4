using System.Net;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Options;

/// <summary>What the daemon was told, checked. The defaults stand in <see cref="Settings"/>.</summary>
internal sealed record FileSdOptions
{
    /// <summary>Address of the API server; ends with a slash. Null to find it.</summary>
    public Uri? ApiServer { get; init; }

    /// <summary>Holds the bearer token; null when it was not named.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Holds the authorities that the API server's certificate is checked against; null when it was not named.</summary>
    public string? AuthoritiesFile { get; init; }

    /// <summary>Says where the API server is and what it is shown; null when it was not named.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Which context of the kubeconfig; null for its current one.</summary>
    public string? Context { get; init; }

    public AccessWishes AccessWishes => new(ApiServer, TokenFile, AuthoritiesFile, Kubeconfig, Context);

    /// <summary>How the API server speaks; null when that is to be found out.</summary>
    public Dialect? Dialect { get; init; }

    /// <summary>Without a leading slash; empty for the places that are known.</summary>
    public string NodesPath { get; init; } = "";

    /// <summary>Likewise; <c>{namespace}</c> in it stands for a namespace.</summary>
    public string PodsPath { get; init; } = "";

    public FollowRules Follow { get; init; } = FollowRules.Default;

    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>An absolute path.</summary>
    public string TargetsFolder { get; init; } = "";

    /// <summary>A file name in the folder.</summary>
    public string NodesFile { get; init; } = "";

    /// <summary>A file name in the folder.</summary>
    public string PodsFile { get; init; } = "";

    /// <summary>Port of the node_exporter on each node.</summary>
    public int NodePort { get; init; }

    public LabelSelector NodeSelector { get; init; } = LabelSelector.Everything;

    /// <summary>A node that is not ready is not a target; null to leave that to the server's dialect.</summary>
    public bool? NodeRequireReady { get; init; }

    public LabelSelector PodSelector { get; init; } = LabelSelector.Everything;

    /// <summary>Name of the container port that is a target.</summary>
    public string PodPortName { get; init; } = "";

    /// <summary>Sorted ordinally, each once; empty for all namespaces.</summary>
    public IReadOnlyList<string> PodNamespaces { get; init; } = [];

    /// <summary>A pod is not a target from the moment on at which it is asked to end.</summary>
    public bool PodDropTerminating { get; init; }

    public LabelRules Labels { get; init; } = LabelRules.Standard;

    /// <summary>Which part of the targets the files have; null for all.</summary>
    public Shard? Shard { get; init; }

    public DropGuard Guard { get; init; } = DropGuard.Standard;

    public TimeSpan SettleQuiet { get; init; }

    public TimeSpan SettleLimit { get; init; }

    public PodProjection PodProjection => new(PodPortName, PodDropTerminating, Labels);

    public NodeProjection NodeProjection => new(NodePort, NodeRequireReady, Labels);

    /// <summary>What becomes of a pod in the files: its projection, and of that what is of the shard.</summary>
    public Func<Pod, Verdict> JudgePod => Shard.Dividing<Pod>(PodProjection.Project, Shard);

    /// <summary>Likewise of a node.</summary>
    public Func<Node, Verdict> JudgeNode => Shard.Dividing<Node>(NodeProjection.Project, Shard);

    /// <summary>Where metrics and health are answered; null for nowhere.</summary>
    public IPEndPoint? WebAddress { get; init; }

    /// <summary>The Prometheus that is asked what it has of the files; null to ask none.</summary>
    public PrometheusAddress? Prometheus { get; init; }

    /// <summary>Holds the bearer token for it; null when it was not named.</summary>
    public string? PrometheusTokenFile { get; init; }

    public TimeSpan PrometheusInterval { get; init; }

    /// <summary>An absolute path; null for no audit trail.</summary>
    public string? AuditFile { get; init; }

    /// <summary>From which on a new file of the audit trail is begun.</summary>
    public long AuditMaxBytes { get; init; }

    public LogLevel LogLevel { get; init; }

    public bool LogAsJson { get; init; }

    /// <summary>Write both files once and end.</summary>
    public bool Once { get; init; }
}

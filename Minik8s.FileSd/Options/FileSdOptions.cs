using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Minik8s.FileSd.Options;

/// <summary>What the daemon was told, checked. The defaults stand in <see cref="Settings"/>.</summary>
internal sealed record FileSdOptions
{
    /// <summary>Address of the API server; ends with a slash.</summary>
    public Uri ApiServer { get; init; } = null!;

    /// <summary>Holds the bearer token; null when none is sent.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Authorities that the API server's certificate is checked against; null for those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>An absolute path.</summary>
    public string TargetsFolder { get; init; } = "";

    /// <summary>A file name in the folder.</summary>
    public string NodesFile { get; init; } = "";

    /// <summary>A file name in the folder.</summary>
    public string PodsFile { get; init; } = "";

    /// <summary>Port of the node_exporter on each node.</summary>
    public int NodePort { get; init; }

    /// <summary>A Kubernetes label selector; empty for all pods.</summary>
    public string PodSelector { get; init; } = "";

    /// <summary>Name of the container port that is a target.</summary>
    public string PodPortName { get; init; } = "";

    /// <summary>Empty for all namespaces.</summary>
    public string PodNamespace { get; init; } = "";

    public TimeSpan SettleQuiet { get; init; }

    public TimeSpan SettleLimit { get; init; }

    /// <summary>Where metrics and health are answered; null for nowhere.</summary>
    public IPEndPoint? WebAddress { get; init; }

    public LogLevel LogLevel { get; init; }

    public bool LogAsJson { get; init; }

    /// <summary>Write both files once and end.</summary>
    public bool Once { get; init; }
}

using System.Net;

namespace Minik8s.Sandbox;

/// <summary>Where everything listens. The defaults are the ports that people know; every one can be moved by a flag.</summary>
/// <param name="Api">The API server; <c>--api</c>, default 127.0.0.1:8080.</param>
/// <param name="Prometheus">Prometheus; <c>--prometheus</c>, default 127.0.0.1:9090.</param>
/// <param name="NodeRange">Addresses of nodes; <c>--node-range</c>, default 127.0.1.0/24.</param>
/// <param name="NodePort">The port of every node_exporter; <c>--node-port</c>, default 9100.</param>
/// <param name="PodRange">Addresses of pods; <c>--pod-range</c>, default 127.0.2.0/24.</param>
internal sealed record SandboxOptions(
    IPEndPoint Api,
    IPEndPoint Prometheus,
    IPNetwork NodeRange,
    int NodePort,
    IPNetwork PodRange)
{
    public static SandboxOptions Default { get; } = new(
        new IPEndPoint(IPAddress.Loopback, 8080),
        new IPEndPoint(IPAddress.Loopback, 9090),
        IPNetwork.Parse("127.0.1.0/24"),
        9100,
        IPNetwork.Parse("127.0.2.0/24"))
    {
        Grafana = new IPEndPoint(IPAddress.Loopback, 3000),
        Alertmanager = new IPEndPoint(IPAddress.Loopback, 9093),
    };

    /// <summary>
    /// Addresses that nobody uses: a random 127.x.y.0/24, its first quarter for what there is one of, the others for nodes and pods.
    /// The ports are those that people know where they are free, for a program that listens on every address takes them here too.
    /// </summary>
    public static SandboxOptions OnFreeAddresses()
    {
        var (x, y) = (Random.Shared.Next(3, 255), Random.Shared.Next(256));
        return new SandboxOptions(
            Loopback.Free($"127.{x}.{y}.1", 8080),
            Loopback.Free($"127.{x}.{y}.2", 9090),
            IPNetwork.Parse($"127.{x}.{y}.64/26"),
            Loopback.Free($"127.{x}.{y}.65", 9100).Port,
            IPNetwork.Parse($"127.{x}.{y}.128/26"))
        {
            Web = Loopback.Free($"127.{x}.{y}.4", 9099),
            Alertmanager = Loopback.Free($"127.{x}.{y}.3", 9093),
        };
    }

    /// <summary>Grafana, where there is one; <c>--grafana</c>, default 127.0.0.1:3000. Null (<c>--no-grafana</c>): it is not started.</summary>
    public IPEndPoint? Grafana { get; init; }

    /// <summary>
    /// Where the API server also tells its nodes and pods as the original Minik8s does, and the daemon follows them;
    /// <c>--classic</c> and <c>--classic-address</c>, with the one 127.0.0.1:8090 by default. Null: the daemon follows Kubernetes' API.
    /// </summary>
    public IPEndPoint? Classic { get; init; }

    /// <summary>Metrics and health of minik8s-filesd; <c>--web</c>, default 127.0.0.1:9099.</summary>
    public IPEndPoint Web { get; init; } = new(IPAddress.Loopback, 9099);

    /// <summary>
    /// Alertmanager, where there is one; <c>--alertmanager</c>, default 127.0.0.1:9093. Null (<c>--no-alertmanager</c>): it is not started.
    /// </summary>
    public IPEndPoint? Alertmanager { get; init; }

    /// <summary>Whether Alertmanager has to be there, and is a missing program otherwise.</summary>
    public bool NeedsAlertmanager { get; init; }

    /// <summary>Nodes to begin with.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = ["worker-1", "worker-2"];

    /// <summary>Pods of the namespace <c>default</c> to begin with.</summary>
    public IReadOnlyList<string> Pods { get; init; } = ["demo-1"];

    /// <summary>The folder the daemon writes into; null: one of the sandbox's own, deleted at the end.</summary>
    public string? TargetsFolder { get; init; }

    /// <summary>Another daemon binary, such as a native one; null: <c>MINIK8S_FILESD_BINARY</c>, else the one just built.</summary>
    public string? DaemonBinary { get; init; }

    /// <summary>Whether missing programs are installed. Otherwise the start fails and says what to install.</summary>
    public bool InstallMissing { get; init; }
}

using System.Net;
using Minik8s.Sandbox;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>Addresses and ports of one test alone, so that it runs beside a sandbox and beside other tests.</summary>
internal static class OwnAddresses
{
    /// <summary>Without Alertmanager and Grafana: those who want them add them.</summary>
    public static SandboxOptions Options() => SandboxOptions.OnFreeAddresses() with { Alertmanager = null };

    public static string[] Flags(this SandboxOptions options) =>
    [
        "--api", $"{options.Api}",
        "--prometheus", $"{options.Prometheus}",
        "--web", $"{options.Web}",
        .. options.Alertmanager is { } alertmanager ? ["--alertmanager", $"{alertmanager}"] : (string[])["--no-alertmanager"],
        .. options.Grafana is { } grafana ? ["--grafana", $"{grafana}"] : (string[])["--no-grafana"],
        "--node-range", $"{options.NodeRange}",
        "--node-port", $"{options.NodePort}",
        "--pod-range", $"{options.PodRange}",
    ];

    public static IPEndPoint Free(string address) => Loopback.Free(address);
}

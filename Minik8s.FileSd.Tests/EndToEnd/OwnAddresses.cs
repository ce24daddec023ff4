using System.Net;
using System.Net.Sockets;
using Minik8s.Sandbox;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>Addresses and ports of one test alone, so that it runs beside a sandbox and beside other tests.</summary>
internal static class OwnAddresses
{
    /// <summary>A random 127.x.y.0/24: its first quarter for the control plane, the others for nodes and pods.
    /// Without Grafana: those who want it add it.</summary>
    public static SandboxOptions Options()
    {
        var (x, y) = (Random.Shared.Next(3, 255), Random.Shared.Next(256));
        return new SandboxOptions(
            Free($"127.{x}.{y}.1"),
            Free($"127.{x}.{y}.2"),
            IPNetwork.Parse($"127.{x}.{y}.64/26"),
            Free($"127.{x}.{y}.65").Port,
            IPNetwork.Parse($"127.{x}.{y}.128/26"))
        {
            Web = Free($"127.{x}.{y}.4"),
        };
    }

    public static string[] Flags(this SandboxOptions options) =>
    [
        "--api", $"{options.Api}",
        "--prometheus", $"{options.Prometheus}",
        .. options.Grafana is { } grafana ? ["--grafana", $"{grafana}"] : (string[])["--no-grafana"],
        "--web", $"{options.Web}",
        "--node-range", $"{options.NodeRange}",
        "--node-port", $"{options.NodePort}",
        "--pod-range", $"{options.PodRange}",
    ];

    public static IPEndPoint Free(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}

using System.Net;
using Minik8s.Sandbox.Cluster;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox;

/// <summary>Every port the sandbox is going to use, looked at before anything is started.</summary>
internal static class PortPlan
{
    public static Port Api(SandboxOptions options) => new(options.Api, "API server", "--api");

    public static Port Classic(IPEndPoint address) => new(address, "API server as the original Minik8s", "--classic-address");

    public static Port Prometheus(SandboxOptions options) => new(options.Prometheus, "Prometheus", "--prometheus");

    public static Port Web(SandboxOptions options) => new(options.Web, "minik8s-filesd", "--web");

    public static Port Grafana(IPEndPoint address) => new(address, "Grafana", "--grafana");

    public static Port Alertmanager(IPEndPoint address) => new(address, "Alertmanager", "--alertmanager");

    /// <exception cref="SandboxException">At least one is taken, or wanted twice: one line for each.</exception>
    public static void Check(SandboxOptions options, Programs programs)
    {
        if (options.NodeRange.Contains(options.PodRange.BaseAddress) || options.PodRange.Contains(options.NodeRange.BaseAddress))
        {
            throw new SandboxException(
                $"{options.NodeRange} (nodes) and {options.PodRange} (pods) overlap. Choose others with --node-range or --pod-range.");
        }

        var ports = All(options, programs).ToList();
        var twice = ports.GroupBy(port => port.EndPoint).Where(same => same.Count() > 1).Select(same =>
            $"{same.Key} is wanted twice: {string.Join(", ", same.Select(port => $"{port.Purpose} ({port.Flag})"))}.");
        var conflicts = twice.Concat(ports.Select(port => port.Conflict()).OfType<string>()).ToList();
        if (conflicts is not [])
        {
            throw new SandboxException(string.Join('\n', conflicts));
        }
    }

    private static IEnumerable<Port> All(SandboxOptions options, Programs programs)
    {
        yield return Api(options);
        if (options.Classic is { } classic)
        {
            yield return Classic(classic);
        }

        yield return Prometheus(options);
        yield return Web(options);
        if (programs.Grafana is not null && options.Grafana is { } grafana)
        {
            yield return Grafana(grafana);
        }

        if (programs.Alertmanager is not null && options.Alertmanager is { } alertmanager)
        {
            yield return Alertmanager(alertmanager);
        }

        var nodes = new AddressRange(options.NodeRange);
        foreach (var node in options.Nodes)
        {
            yield return new(new IPEndPoint(nodes.Take(), options.NodePort), $"node_exporter of {node}", "--node-port or --node-range");
        }

        var pods = new AddressRange(options.PodRange);
        foreach (var pod in options.Pods)
        {
            yield return new(new IPEndPoint(pods.Take(), Manifests.AppPort), $"pod {pod}", "--pod-range");
        }
    }
}

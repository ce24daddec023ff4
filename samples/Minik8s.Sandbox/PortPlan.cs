using System.Net;
using Minik8s.Sandbox.Cluster;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox;

/// <summary>Every port the sandbox is going to use, looked at before anything is started.</summary>
internal static class PortPlan
{
    public static Port Api(SandboxOptions options) => new(options.Api, "API server", "--api");

    public static Port Prometheus(SandboxOptions options) => new(options.Prometheus, "Prometheus", "--prometheus");

    public static Port Grafana(IPEndPoint address) => new(address, "Grafana", "--grafana");

    /// <exception cref="SandboxException">At least one is taken: one line for each.</exception>
    public static void Check(SandboxOptions options, Programs programs)
    {
        var conflicts = All(options, programs).Select(port => port.Conflict()).OfType<string>().ToList();
        if (conflicts is not [])
        {
            throw new SandboxException(string.Join('\n', conflicts));
        }
    }

    private static IEnumerable<Port> All(SandboxOptions options, Programs programs)
    {
        yield return Api(options);
        yield return Prometheus(options);
        if (programs.Grafana is not null && options.Grafana is { } grafana)
        {
            yield return Grafana(grafana);
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

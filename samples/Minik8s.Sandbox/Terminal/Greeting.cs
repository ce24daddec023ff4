using Minik8s.Sandbox.Grafana;

namespace Minik8s.Sandbox.Terminal;

/// <summary>What is printed once the sandbox is up: where to look, and what to try.</summary>
internal static class Greeting
{
    public static string For(SandboxCluster cluster, string flags)
    {
        var server = $"http://{cluster.Options.Api}";
        return $$"""

            Prometheus    http://{{cluster.Options.Prometheus}}   (Status -> Targets)
            the daemon    http://{{cluster.Options.Web}}   (what it follows, and why what is a target)
            Alertmanager  {{Alertmanager(cluster)}}
            Grafana       {{Grafana(cluster)}}
            API server    {{server}}/api/v1/nodes{{Classic(cluster)}}
            target files  {{cluster.TargetsFolder}}
            logs          {{cluster.Folder}}/logs

            From another terminal (or use kubectl --server={{server}}):
              dotnet run --project samples/Minik8s.Sandbox -- add node worker-3{{flags}}
              dotnet run --project samples/Minik8s.Sandbox -- remove node worker-3{{flags}}
              dotnet run --project samples/Minik8s.Sandbox -- add pod demo-2{{flags}}
              dotnet run --project samples/Minik8s.Sandbox -- remove pod demo-2{{flags}}
            Ctrl+C ends everything.

            """;
    }

    private static string Classic(SandboxCluster cluster) =>
        cluster.Options.Classic is { } address ? $" and, as the original Minik8s, http://{address}/api/node" : "";

    private static string Alertmanager(SandboxCluster cluster) => cluster switch
    {
        { Alertmanager: { } address } => $"http://{address}",
        { Options.Alertmanager: null } => "not started (--no-alertmanager)",
        _ => "not on the PATH: samples/debian-packages.sh prometheus-alertmanager installs it",
    };

    private static string Grafana(SandboxCluster cluster) => cluster switch
    {
        { Grafana: { } address } => GrafanaServer.Page(address),
        { Options.Grafana: null } => "not started (--no-grafana)",
        { GrafanaFailed: true } => $"did not start: {cluster.Folder}/logs/grafana.log says why",
        _ => "Grafana is not on the PATH: with it (https://grafana.com/grafana/download), the dashboards are here too",
    };
}

using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Acceptance;

/// <summary>What changes when Prometheus is restarted or reads its configuration again.</summary>
/// <param name="Process">Who listens on its port.</param>
/// <param name="Started">When it says it was started.</param>
/// <param name="ConfigurationLoaded">When it says it has read its configuration.</param>
internal sealed record PrometheusIdentity(string? Process, double Started, double ConfigurationLoaded)
{
    public static async Task<PrometheusIdentity> OfAsync(SandboxCluster cluster, CancellationToken cancellationToken) => new(
        ListeningSocket.OwnerOf(cluster.Options.Prometheus),
        await cluster.Prometheus.OwnMetricAsync("process_start_time_seconds", cancellationToken),
        await cluster.Prometheus.OwnMetricAsync("prometheus_config_last_reload_success_timestamp_seconds", cancellationToken));
}

using Minik8s.Sandbox.Prometheus;

namespace Minik8s.Sandbox.Terminal;

/// <summary>Looks at the target files and at Prometheus twice a second, and shows what it sees.</summary>
internal static class TargetWatch
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Ends only when cancelled, and then without a fault.</summary>
    public static async Task RunAsync(
        SandboxCluster cluster, IView view, TimeProvider time, CancellationToken cancellationToken)
    {
        using var period = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                try
                {
                    var active = await cluster.Prometheus.TargetsAsync(cancellationToken);
                    view.Show(TargetRow.Merge(FileTarget.ReadAll(cluster.TargetsFolder), active));
                }
                catch (HttpRequestException)
                {
                    // Prometheus has died, which is told; or it is busy. The table stays as it is.
                }
            }
            while (await period.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C.
        }
    }
}

using Minik8s.Sandbox.Prometheus;

namespace Minik8s.Sandbox.Terminal;

/// <summary>Looks at the target files and at Prometheus twice a second, and shows what it sees.</summary>
internal static class TargetWatch
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Ends only when cancelled, and then without a fault: what cannot be seen is no reason to end a cluster.</summary>
    public static async Task RunAsync(
        PrometheusClient prometheus, string targetsFolder, IView view, TimeProvider time, CancellationToken cancellationToken)
    {
        using var period = new PeriodicTimer(Period, time);
        string? told = null;
        try
        {
            do
            {
                try
                {
                    var active = await prometheus.TargetsAsync(cancellationToken);
                    view.Show(TargetRow.Merge(FileTarget.ReadAll(targetsFolder), active));
                    told = null;
                }
                catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
                {
                    // Prometheus has died, which is told; or it is busy, and its client gave up. The table stays as it is.
                }
                catch (Exception fault)
                {
                    if (fault.Message != told)
                    {
                        view.Tell($"The targets cannot be shown: {fault.Message}");
                    }

                    told = fault.Message;
                }
            }
            while (await period.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl+C.
        }
    }
}

using Prometheus;

namespace Minik8s.MetricsApp;

/// <summary>Does the work, piece by piece. A piece takes an exponentially distributed time, 50 ms on average.</summary>
internal sealed class Worker(WorkQueue queue, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Mean = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await queue.TakeAsync(stoppingToken);
            using (AppMetrics.WorkDuration.NewTimer())
            {
                await Task.Delay(Mean * -Math.Log(1 - Random.Shared.NextDouble()), time, stoppingToken);
            }
        }
    }
}

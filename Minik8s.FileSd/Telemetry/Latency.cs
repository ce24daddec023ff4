using Prometheus;

namespace Minik8s.FileSd.Telemetry;

internal static class Latency
{
    /// <summary>From what one object takes to what a disk may take before it is called hung: 100 µs to 10 s; above that the limits of how long a change may wait.</summary>
    public static HistogramConfiguration Buckets => new()
    {
        Buckets = [1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60],
    };
}

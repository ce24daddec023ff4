using Prometheus;

namespace Minik8s.FileSd.Telemetry;

internal static class Timestamps
{
    /// <summary>Points in time are measured in seconds since 1970, to the millisecond.</summary>
    public static void SetTo(this IGauge gauge, DateTimeOffset at) => gauge.Set(at.ToUnixTimeMilliseconds() / 1e3);
}

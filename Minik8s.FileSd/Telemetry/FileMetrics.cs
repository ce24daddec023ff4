using Prometheus;

namespace Minik8s.FileSd.Telemetry;

/// <summary>What is measured of a target file.</summary>
internal sealed class FileMetrics(MetricFactory factory, string name)
{
    public IGauge Targets { get; } = Gauge(factory, name, "minik8s_filesd_file_targets", "Targets in the file.");

    public IGauge Bytes { get; } = Gauge(factory, name, "minik8s_filesd_file_bytes", "Size of the file.");

    public IGauge LastWrite { get; } = Gauge(
        factory, name, "minik8s_filesd_file_last_write_timestamp_seconds",
        "When the file was last replaced, or at the start found to say what it should.");

    public IGauge LastVerified { get; } = Gauge(
        factory, name, "minik8s_filesd_file_last_verified_timestamp_seconds",
        "The last moment at which the file was known to say what the cluster says; now, while all is well.");

    public ICounter Writes { get; } = Counter(factory, name, "minik8s_filesd_file_writes_total", "Times the file was replaced.");

    public ICounter WriteFailures { get; } = Counter(
        factory, name, "minik8s_filesd_file_write_failures_total", "Writes that failed; each is followed by another try.");

    public ICounter Repairs { get; } = Counter(
        factory, name, "minik8s_filesd_file_repairs_total", "Times the file was deleted or altered by somebody else, and therefore written anew.");

    /// <summary>From the bytes of the first change in a publish to the end of that publish.</summary>
    public IHistogram EventToFile { get; } = factory.CreateHistogram(
        "minik8s_filesd_event_to_file_seconds", "How long after a change was read the file says it; of the changes in one write, the earliest.",
        ["file"], Latency.Buckets).WithLabels(name);

    private static Gauge.Child Gauge(MetricFactory factory, string name, string metric, string help) =>
        factory.CreateGauge(metric, help, ["file"], StreamMetrics.AbsentUntilSet).WithLabels(name);

    private static Counter.Child Counter(MetricFactory factory, string name, string metric, string help) =>
        factory.CreateCounter(metric, help, "file").WithLabels(name);
}

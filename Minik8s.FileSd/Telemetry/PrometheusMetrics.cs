using Minik8s.FileSd.Scraping;
using Prometheus;

namespace Minik8s.FileSd.Telemetry;

/// <summary>What is measured of Prometheus' side. What was not found out at the last time is absent.</summary>
internal sealed class PrometheusMetrics(MetricFactory factory)
{
    private readonly Gauge _missing = Gauge(factory, "missing_targets", "Targets in the file that Prometheus does not have.");
    private readonly Gauge _extra = Gauge(factory, "extra_targets", "Targets that Prometheus has from the file and that are no longer in it.");
    private readonly Gauge _failing = Gauge(factory, "failing_targets", "Targets in the file whose last scrape failed.");
    private readonly Gauge _dropped = Gauge(factory, "dropped_targets", "Targets in the file that the relabelling of Prometheus drops.");
    private readonly Gauge _lag = Gauge(factory, "lag_seconds", "How long Prometheus has not seen what was published; 0 when it has seen all.");

    private readonly Gauge _up = factory.CreateGauge(
        "minik8s_filesd_prometheus_up", "Whether Prometheus could be asked at the last time (1), or not (0).", StreamMetrics.AbsentUntilSet);

    private readonly Counter _checks = factory.CreateCounter(
        "minik8s_filesd_prometheus_checks_total", "Times Prometheus was asked what it has of the files.");

    private readonly Counter _failures = factory.CreateCounter(
        "minik8s_filesd_prometheus_check_failures_total", "Times it could not be asked.");

    public void Answered(IReadOnlyList<FileComparison> files)
    {
        _checks.Inc();
        _up.Set(1);
        foreach (var file in files)
        {
            _missing.WithLabels(file.File).Set(file.MissingCount);
            _extra.WithLabels(file.File).Set(file.ExtraCount);
            _failing.WithLabels(file.File).Set(file.FailingCount);
            _dropped.WithLabels(file.File).Set(file.DroppedCount);
            _lag.WithLabels(file.File).Set(file.Lag.TotalSeconds);
        }
    }

    public void Failed()
    {
        _checks.Inc();
        _failures.Inc();
        _up.Set(0);
        foreach (var gauge in new[] { _missing, _extra, _failing, _dropped, _lag })
        {
            foreach (var labels in gauge.GetAllLabelValues())
                gauge.WithLabels(labels).Unpublish();
        }
    }

    private static Gauge Gauge(MetricFactory factory, string name, string help) =>
        factory.CreateGauge($"minik8s_filesd_prometheus_{name}", help, ["file"], StreamMetrics.AbsentUntilSet);
}

using Prometheus;

namespace Minik8s.FileSd.Telemetry;

/// <summary>What is measured of the audit trail; all at 0 when there is none.</summary>
internal sealed class AuditMetrics(MetricFactory factory)
{
    public ICounter Lines { get; } = factory.CreateCounter("minik8s_filesd_audit_lines_total", "Lines that were written to the audit trail.");

    public ICounter Lost { get; } = factory.CreateCounter(
        "minik8s_filesd_audit_lines_lost_total", "Publishes of which the audit trail has no line, for it could not be written.");

    public ICounter Failures { get; } = factory.CreateCounter(
        "minik8s_filesd_audit_write_failures_total", "Writes to the audit trail that failed; each has lost its line.");
}

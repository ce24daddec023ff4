using Prometheus;

namespace Minik8s.FileSd.Telemetry;

/// <summary>Every metric of the daemon, in a registry of its own. docs/metrics.md says what each of them means.</summary>
internal sealed class DaemonMetrics
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;

    public DaemonMetrics(string version)
    {
        DotNetStats.Register(_registry);
        _factory = Metrics.WithCustomRegistry(_registry);
        _factory.CreateGauge("minik8s_filesd_build_info", "The version that runs, as a label; always 1.", "version")
            .WithLabels(version).Set(1);
        Audit = new AuditMetrics(_factory);
    }

    public AuditMetrics Audit { get; }

    /// <param name="resource"><c>nodes</c> or <c>pods</c>.</param>
    public StreamMetrics Stream(string resource) => new(_factory, resource);

    /// <param name="name">Of the target file, without its folder.</param>
    public FileMetrics File(string name) => new(_factory, name);

    /// <summary>To be asked for where there is a Prometheus to ask: else they would be absent for ever.</summary>
    public PrometheusMetrics Prometheus() => new(_factory);

    /// <summary>Has what moves with time, and not by an event, brought up to date before it is read.</summary>
    public void BeforeScrape(Action measure) => _registry.AddBeforeCollectCallback(measure);

    /// <summary>Everything as of now, in Prometheus' text format.</summary>
    public Task WriteAsync(Stream stream, CancellationToken stop) => _registry.CollectAndExportAsTextAsync(stream, stop);
}

namespace Minik8s.FileSd.Scraping;

/// <summary>What Prometheus has of the target files, as it was last asked.</summary>
internal interface IPrometheusView
{
    /// <summary>Null before it was asked for the first time, and where <c>--prometheus.url</c> names none.</summary>
    PrometheusState? State { get; }

    /// <summary>Asks now, and does not wait for the next time.</summary>
    /// <returns>Null where <c>--prometheus.url</c> names none.</returns>
    Task<PrometheusState?> AskAsync(CancellationToken stop);
}

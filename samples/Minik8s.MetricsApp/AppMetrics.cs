using Prometheus;

namespace Minik8s.MetricsApp;

/// <summary>The metrics of this program: one counter, one gauge, one histogram, as any program would have its own.</summary>
internal static class AppMetrics
{
    /// <summary>HTTP requests answered. The route is the pattern, never the path: a label must not grow with its visitors.</summary>
    public static readonly Counter Requests = Metrics.CreateCounter(
        "app_requests_total", "HTTP requests answered, by route pattern and status code.", "route", "code");

    public static readonly Gauge QueueLength = Metrics.CreateGauge(
        "app_queue_length", "Pieces of work waiting.");

    /// <summary>5 ms to 2.56 s in doubling steps: work takes 50 ms on average, and its tail is what one looks for.</summary>
    public static readonly Histogram WorkDuration = Metrics.CreateHistogram(
        "app_work_duration_seconds",
        "Time one piece of work took, in seconds.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(start: 0.005, factor: 2, count: 10) });
}

using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Web;

/// <summary><c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c>: what machines ask again and again. They name no object.</summary>
/// <param name="feeds">What has to be followed and written for the daemon to be ready.</param>
internal sealed class Probes(DaemonMetrics metrics, IReadOnlyList<Feed> feeds, FileSdService service, Answers answers)
{
    public async Task MetricsAsync(HttpContext context)
    {
        // Read as a whole first: a client that takes its time gets one moment, and holds nothing up.
        using var text = new MemoryStream();
        await metrics.WriteAsync(text, context.RequestAborted);
        await answers.WriteAsync(
            context, StatusCodes.Status200OK, "text/plain; version=0.0.4; charset=utf-8", text.GetBuffer().AsMemory(0, (int)text.Length));
    }

    public Task HealthAsync(HttpContext context) => service.ExecuteTask is not { IsCompleted: true }
        ? answers.TextAsync(context, StatusCodes.Status200OK, "ok")
        : answers.TextAsync(context, StatusCodes.Status503ServiceUnavailable, "the pipeline has ended");

    public Task ReadinessAsync(HttpContext context)
    {
        var missing = string.Join('\n', feeds.SelectMany(feed => feed.Missing));
        return missing.Length == 0
            ? answers.TextAsync(context, StatusCodes.Status200OK, "ready")
            : answers.TextAsync(context, StatusCodes.Status503ServiceUnavailable, missing);
    }
}

using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Web;

/// <summary>What is answered to whom asks: <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c>, each a look at what others hold.</summary>
/// <param name="feeds">What has to be followed and written for the daemon to be ready.</param>
internal sealed class Endpoint(DaemonMetrics metrics, IReadOnlyList<Feed> feeds, FileSdService service, TimeProvider time)
    : IHttpApplication<HttpContext>
{
    /// <summary>
    /// An answer that is not taken by then is dropped with its connection. Kestrel's own limit is a rate over all answers of a
    /// connection, by which one that is no longer read would be kept for minutes.
    /// </summary>
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(5);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(HttpContext context)
    {
        Func<HttpResponse, Task>? answer = context.Request.Path.Value switch
        {
            "/metrics" => MetricsAsync,
            "/healthz" => HealthAsync,
            "/readyz" => ReadinessAsync,
            _ => null,
        };
        var response = context.Response;
        if (answer is null)
            return TextAsync(response, StatusCodes.Status404NotFound, "there are /metrics, /healthz and /readyz");
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return answer(response);
        response.Headers.Allow = "GET, HEAD";
        return TextAsync(response, StatusCodes.Status405MethodNotAllowed, "only GET and HEAD");
    }

    private async Task MetricsAsync(HttpResponse response)
    {
        // Read as a whole first: a client that takes its time gets one moment, and holds nothing up.
        using var text = new MemoryStream();
        await metrics.WriteAsync(text, response.HttpContext.RequestAborted);
        await WriteAsync(response, StatusCodes.Status200OK, "text/plain; version=0.0.4; charset=utf-8", text.GetBuffer().AsMemory(0, (int)text.Length));
    }

    private Task HealthAsync(HttpResponse response) => service.ExecuteTask is not { IsCompleted: true }
        ? TextAsync(response, StatusCodes.Status200OK, "ok")
        : TextAsync(response, StatusCodes.Status503ServiceUnavailable, "the pipeline has ended");

    private Task ReadinessAsync(HttpResponse response)
    {
        var missing = string.Join('\n', feeds.SelectMany(feed => feed.Missing));
        return missing.Length == 0
            ? TextAsync(response, StatusCodes.Status200OK, "ready")
            : TextAsync(response, StatusCodes.Status503ServiceUnavailable, missing);
    }

    private Task TextAsync(HttpResponse response, int status, string text) =>
        WriteAsync(response, status, "text/plain; charset=utf-8", Utf8.GetBytes($"{text}\n"));

    private async Task WriteAsync(HttpResponse response, int status, string type, ReadOnlyMemory<byte> body)
    {
        (response.StatusCode, response.ContentType, response.ContentLength) = (status, type, body.Length);
        response.Headers.CacheControl = "no-store";
        using var overdue = new CancellationTokenSource(LongestWrite, time);
        try
        {
            await response.Body.WriteAsync(body, overdue.Token);
        }
        catch (OperationCanceledException) when (overdue.IsCancellationRequested)
        {
            response.HttpContext.Abort();
        }
    }
}

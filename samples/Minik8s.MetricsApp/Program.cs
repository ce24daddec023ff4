using System.Net;
using Minik8s.MetricsApp;
using Prometheus;

const string Usage = """
    usage: Minik8s.MetricsApp [--listen ADDRESS:PORT]      default 127.0.0.1:2112
    """;

var listen = new IPEndPoint(IPAddress.Loopback, 2112);
if (args is not [] && !(args is ["--listen", var given] && IPEndPoint.TryParse(given, out listen!) && listen.Port > 0))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

// The adapters for .NET's own event counters and meters publish names that `promtool check metrics` rejects.
Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressEventCounters = true, SuppressMeters = true });

var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(listen));
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
builder.Services
    .AddSingleton(TimeProvider.System)
    .AddSingleton(listen)
    .AddSingleton<WorkQueue>()
    .AddHostedService<Worker>()
    .AddHostedService<Visitor>();

var app = builder.Build();
app.UseRouting();
app.Use(async (context, next) =>
{
    await next(context);
    var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unmatched";
    AppMetrics.Requests.WithLabels(route, context.Response.StatusCode.ToString()).Inc();
});

app.MapMetrics();
app.MapGet("/", () => """
    A program with its own metrics. Try:
      curl http://HOST/metrics                 what Prometheus reads
      curl -X POST http://HOST/work?n=5        five pieces of work
      curl -X PUT http://HOST/queue/42         hold app_queue_length at 42 ...
      curl -X DELETE http://HOST/queue         ... and let it go again
      curl -X POST http://HOST/fail            a request that fails, for app_requests_total{code="500"}

    """.Replace("HOST", listen.ToString(), StringComparison.Ordinal));
app.MapPost("/work", (WorkQueue queue, int n = 1) => n is < 0 or > 10_000
    ? Results.Text("n is 0 to 10000\n", statusCode: StatusCodes.Status400BadRequest)
    : Results.Text($"queue length {queue.Add(n)}\n"));
app.MapPut("/queue/{length:int}", (WorkQueue queue, int length) => $"queue length held at {queue.Hold(length)}\n");
app.MapDelete("/queue", (WorkQueue queue) => $"queue length {queue.Hold(null)}\n");
app.MapPost("/fail", () => Results.StatusCode(StatusCodes.Status500InternalServerError));

try
{
    await app.RunAsync();
    return 0;
}
catch (IOException fault)
{
    Console.Error.WriteLine($"cannot listen on {listen}: {fault.Message}");
    return 1;
}

using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Tests.EndToEnd;
using Minik8s.FileSd.Web;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>The daemon's web endpoint on a real socket, above feeds that a test moves.</summary>
internal sealed class TestEndpoint : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly DaemonMetrics _metrics = new("1.2.3");
    private WebServer? _server;

    private TestEndpoint(IExplainer? explainer, IPrometheusView? prometheus, TimeProvider time)
    {
        Nodes = new TestFeed("nodes", _metrics, time);
        Pods = new TestFeed("pods", _metrics, time);
        var services = new ServiceCollection()
            .AddSingleton(new FileSdOptions { WebAddress = Address })
            .AddSingleton(time)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddLogging()
            .AddSingleton(_metrics)
            .AddSingleton<IReadOnlyList<Feed>>([Nodes.Feed, Pods.Feed])
            .AddSingleton(new Kind<Node>([], Nodes.Feed, new SilentLosses(time)))
            .AddSingleton(new Kind<Pod>([], Pods.Feed, new SilentLosses(time)))
            .AddSingleton<IHostApplicationLifetime>(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance))
            .AddSingleton<FileSdService>()
            .AddSingleton(new Run("1.2.3", time.GetUtcNow()))
            .AddWeb();
        if (explainer is not null)
            services.AddSingleton(explainer);
        if (prometheus is not null)
            services.AddSingleton(prometheus);
        _services = services.BuildServiceProvider();
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Uri };
    }

    public IPEndPoint Address { get; } = OwnAddresses.Free($"127.{Random.Shared.Next(3, 255)}.{Random.Shared.Next(256)}.6");

    public Uri Uri => new($"http://{Address}");

    public TestFeed Nodes { get; }

    public TestFeed Pods { get; }

    public HttpClient Http { get; }

    public Endpoint Endpoint => _services.GetRequiredService<Endpoint>();

    /// <param name="time">Default: the system's.</param>
    public static async Task<TestEndpoint> StartAsync(IExplainer? explainer = null, IPrometheusView? prometheus = null, TimeProvider? time = null)
    {
        var endpoint = new TestEndpoint(explainer, prometheus, time ?? TimeProvider.System);
        endpoint._server = await WebServer.StartAsync(endpoint.Address, endpoint._services);
        return endpoint;
    }

    /// <summary>Both streams are followed and both files written.</summary>
    public void Follow()
    {
        foreach (var feed in new[] { Nodes, Pods })
            feed.Follow();
    }

    public async Task<(HttpStatusCode Code, string Text)> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What a process does first when it is asked to end.</summary>
    public void BeginEnd() => _services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        await _services.DisposeAsync();
    }
}

using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Minik8s.ApiServer.Classic;
using Minik8s.ApiServer.Faults;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer;

/// <summary>
/// A running API server. It can be stopped and started again on the same port, with its objects or without, as real ones
/// are by their operators and their accidents.
/// </summary>
internal sealed class ApiServerHost : IAsyncDisposable
{
    private const long MaxBodySize = 3 * 1024 * 1024;

    private readonly ApiServerOptions _options;
    private WebApplication? _app;
    private Deletion? _deletion;
    private NodeLoss? _nodeLoss;

    private ApiServerHost(ApiServerOptions options)
    {
        _options = options;
        Endpoint = options.Listen;
        ClassicEndpoint = options.ClassicListen;
        Token = options.Token;
        Faults = new FaultScript(options.TimeProvider, options.RecordRequests);
        Store = new Store(options.History);
        Registry = new Registry(Store, options.TimeProvider);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; private set; }

    /// <summary>The address that clients use, with a slash at the end.</summary>
    public Uri Uri => new($"{(_options.Certificate is null ? "http" : "https")}://{Endpoint}/");

    /// <summary>Where it listens as the original Minik8s; null: nowhere.</summary>
    public IPEndPoint? ClassicEndpoint { get; private set; }

    /// <summary>The address that clients of the original Minik8s use, with a slash at the end; null: there is none.</summary>
    public Uri? ClassicUri => ClassicEndpoint is { } endpoint ? new Uri($"http://{endpoint}/") : null;

    /// <summary>The bearer token that requests must carry, from the next request on; null: none.</summary>
    public string? Token { get; set; }

    /// <summary>What is stored, for reading and for <see cref="Storage.Store.Compact"/>.</summary>
    public Store Store { get; private set; }

    /// <summary>Writing with the rules of the API, without HTTP.</summary>
    public Registry Registry { get; private set; }

    /// <summary>Deleting with the rules of the API, without HTTP.</summary>
    public Deletion Deletion => _deletion!;

    /// <summary>What goes wrong, and which requests came.</summary>
    public FaultScript Faults { get; }

    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address is not one of this machine.</exception>
    public static async Task<ApiServerHost> StartAsync(ApiServerOptions? options = null)
    {
        var server = new ApiServerHost(options ?? new ApiServerOptions());
        server.Populate();
        await server.ListenAsync();
        return server;
    }

    /// <summary>Ends all watches in good order and closes the port. What is stored stays for the next start.</summary>
    public Task StopAsync()
    {
        Faults.EndWatches();
        return StopListeningAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System));
    }

    /// <summary>Resets every connection and closes the port, as a crash does.</summary>
    public Task KillAsync()
    {
        Faults.ResetConnections();
        var now = new CancellationTokenSource();
        now.Cancel();
        return StopListeningAsync(now);
    }

    /// <summary>Listens again on the same port.</summary>
    /// <param name="keepState">False: it has forgotten everything and counts its versions from the beginning.</param>
    public Task StartAgainAsync(bool keepState = true) => keepState ? ListenAsync() : StartAgainAsync(Snapshot.Empty);

    /// <summary>
    /// Listens again on the same port, restored from a backup: it holds what it held then and counts its versions on from there,
    /// so that it gives some of them a second time.
    /// </summary>
    /// <param name="backup">What <see cref="Store.Current"/> was then.</param>
    public Task StartAgainAsync(Snapshot backup)
    {
        Depopulate();
        Store = new Store(_options.History, backup);
        Registry = new Registry(Store, _options.TimeProvider);
        Populate();
        return ListenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Clear();
        await KillAsync();
        Depopulate();
        Faults.Dispose();
    }

    /// <summary>No server is quite empty, and none is ever at version 0, which means "any".</summary>
    private void Populate()
    {
        _deletion = new Deletion(Store, Registry, _options.TimeProvider);
        Registry.EnsureNamespace("default");
        _nodeLoss = _options.ClassicListen is null ? null : new NodeLoss(Store);
    }

    private void Depopulate()
    {
        _nodeLoss?.Dispose();
        _deletion?.Dispose();
    }

    private async Task ListenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodySize;
            kestrel.Listen(Endpoint, listen =>
            {
                // Of HTTP/2 one stream at a time would be reset; a fault of the connection is meant to break it.
                listen.Protocols = HttpProtocols.Http1;
                if (_options.Certificate is { } certificate)
                {
                    listen.UseHttps(certificate);
                }
            });
            if (ClassicEndpoint is { } classic)
            {
                kestrel.Listen(classic, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
        var app = builder.Build();
        var kubernetes = Pipeline(
            new KubernetesApi(new ApiHandler(Store, Registry, Deletion, _options), () => Token).AnswerAsync,
            _options.FaultsOverHttp ? new FaultsEndpoint(Faults, Store) : null);
        var original = new ClassicApi(Store);
        var classic = Pipeline((http, _) => original.AnswerAsync(http), faultsEndpoint: null);
        app.Run(http => (IsClassic(http.Connection) ? classic : kubernetes).InvokeAsync(http));
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Endpoint = new IPEndPoint(Endpoint.Address, new Uri(addresses.First()).Port);
        if (ClassicEndpoint is { } endpoint)
        {
            ClassicEndpoint = new IPEndPoint(endpoint.Address, new Uri(addresses.Last()).Port);
        }

        _app = app;
    }

    private Pipeline Pipeline(Func<HttpContext, CancellationToken, Task> answer, FaultsEndpoint? faultsEndpoint) => new(
        answer, Faults, new FaultInjection(Faults, _options.TimeProvider), faultsEndpoint, _options.RequestLog, _options.ErrorLog);

    private bool IsClassic(ConnectionInfo connection) => ClassicEndpoint is { } endpoint
        && connection.LocalPort == endpoint.Port
        && endpoint.Address.Equals(connection.LocalIpAddress);

    private async Task StopListeningAsync(CancellationTokenSource patience)
    {
        using (patience)
        {
            if (Interlocked.Exchange(ref _app, null) is { } app)
            {
                await app.StopAsync(patience.Token);
                await app.DisposeAsync();
            }
        }
    }
}

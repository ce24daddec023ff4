using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Minik8s.FileSd.Web;

/// <summary>
/// Kestrel by itself: with a handful of fixed paths there is nothing to route and nothing to configure. Disposing ends it.
/// </summary>
/// <remarks>
/// Whoever talks to it gets little: few connections, no body, and no time to dawdle. It shares nothing with the
/// pipeline that a client could hold.
/// </remarks>
internal sealed class WebServer : IAsyncDisposable
{
    public const int MostConnections = 64;

    /// <summary>An answer under way at the end may be finished in this time.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    private readonly KestrelServer _server;
    private readonly TimeProvider _time;

    private WebServer(KestrelServer server, TimeProvider time) => (_server, _time) = (server, time);

    /// <summary>Listens when it returns.</summary>
    /// <exception cref="IOException">The address cannot be listened on; the message says why.</exception>
    public static async Task<WebServer> StartAsync(
        IPEndPoint address, IServiceProvider services)
    {
        var loggers = services.GetRequiredService<ILoggerFactory>();
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = MostConnections;
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);

        // Idle connections give way soon. Prometheus' scrapes further apart than this connect anew, which costs nothing.
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        options.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
        var server = new KestrelServer(
            Microsoft.Extensions.Options.Options.Create(options), new SocketTransportFactory(Microsoft.Extensions.Options.Options.Create(new SocketTransportOptions()), loggers), loggers);
        try
        {
            await server.StartAsync(services.GetRequiredService<Endpoint>(), CancellationToken.None);
            return new WebServer(server, services.GetRequiredService<TimeProvider>());
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            server.Dispose();
            throw new IOException(fault.GetBaseException().Message, fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(Grace, _time);
        await _server.StopAsync(grace.Token);
        _server.Dispose();
    }
}

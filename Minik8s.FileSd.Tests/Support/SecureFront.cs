using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>
/// TLS in front of an API server: checks who asks, and passes on what it lets through. What it checks may change while it runs.
/// </summary>
internal sealed class SecureFront : IAsyncDisposable
{
    private readonly HttpClient _behind;
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _open = new();
    private WebApplication _app = null!;

    private SecureFront(Uri behind) => _behind = new HttpClient { BaseAddress = behind, Timeout = Timeout.InfiniteTimeSpan };

    public int Port { get; private set; }

    public Uri Uri => new($"https://127.0.0.1:{Port}/");

    /// <summary>What it shows to the next connection.</summary>
    public X509Certificate2 Certificate { get; set; } = null!;

    /// <summary>Says for a client's certificate whether the connection may stay.</summary>
    public Func<X509Certificate2, bool> Takes { get; set; } = _ => true;

    /// <summary>Says for each request what it is answered; 200 lets it through.</summary>
    public Func<HttpContext, int> Check { get; set; } = _ => 200;

    /// <summary>The <c>Authorization</c> of each request, or a client's name from its certificate.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public static async Task<SecureFront> StartAsync(
        Uri behind, X509Certificate2 certificate, ClientCertificateMode clients = ClientCertificateMode.AllowCertificate, int port = 0)
    {
        var front = new SecureFront(behind) { Certificate = certificate };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
            listen.UseHttps(https =>
            {
                https.ServerCertificateSelector = (_, _) => front.Certificate;
                https.ClientCertificateMode = clients;
                https.ClientCertificateValidation = (client, _, _) => front.Takes(client);
            })));
        front._app = builder.Build();
        front._app.Run(front.AnswerAsync);
        await front._app.StartAsync();
        front.Port = new Uri(front._app.Urls.Single()).Port;
        return front;
    }

    /// <summary>Ends all watches, which are then asked for again.</summary>
    public void EndWatches()
    {
        foreach (var open in _open.Values)
            open.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        EndWatches();
        await _app.DisposeAsync();
        _behind.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        _asked.Enqueue(http.Request.Headers.Authorization.ToString() is { Length: > 0 } header ? header : http.Connection.ClientCertificate?.Subject ?? "");
        if (Check(http) is not 200 and var status)
        {
            http.Response.StatusCode = status;
            await http.Response.WriteAsJsonAsync(new { kind = "Status", message = status == 403 ? "pods is forbidden" : "no", code = status });
            return;
        }

        // Not disposed of: EndWatches may be about to cancel it.
        var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        _open[http.TraceIdentifier] = ended;
        try
        {
            using var answer = await _behind.GetAsync(
                $"{http.Request.Path}{http.Request.QueryString}".TrimStart('/'), HttpCompletionOption.ResponseHeadersRead, ended.Token);
            http.Response.StatusCode = (int)answer.StatusCode;
            http.Response.ContentType = $"{answer.Content.Headers.ContentType}";
            await http.Response.Body.FlushAsync(ended.Token);
            await using var body = await answer.Content.ReadAsStreamAsync(ended.Token);
            var piece = new byte[4096];
            while (await body.ReadAsync(piece, ended.Token) is > 0 and var length)
            {
                await http.Response.Body.WriteAsync(piece.AsMemory(0, length), ended.Token);
                await http.Response.Body.FlushAsync(ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the watch was to end.
        }
        finally
        {
            _open.TryRemove(http.TraceIdentifier, out _);
        }
    }
}

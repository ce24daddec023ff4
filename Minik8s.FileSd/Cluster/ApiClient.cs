using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Minik8s.FileSd.Cluster;

/// <summary>The HTTP connection to the API server that lists and watches share.</summary>
internal static class ApiClient
{
    /// <param name="server">Ends with a slash.</param>
    /// <param name="tokenFile">Read for each request, for tokens are rotated under a running program; null for no token.</param>
    /// <param name="authorities">What the server's certificate is checked against; null for the system's authorities.</param>
    public static HttpClient Create(Uri server, string? tokenFile, X509Certificate2Collection? authorities, string userAgent)
    {
        var connections = new SocketsHttpHandler
        {
            // A redirect could lead the token to another host. An API server sends none.
            AllowAutoRedirect = false,
            UseCookies = false,

            // A proxy that the environment names cannot know this machine's own addresses.
            UseProxy = !server.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ConnectCallback = ConnectAsync,

            // A server bounds the streams of a connection, and each namespace has a watch.
            EnableMultipleHttp2Connections = true,

            // For HTTP/2, over TLS; TCP's own keep-alive below does the same for HTTP/1.1.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        };
        if (authorities is not null)
            connections.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusting(authorities) };

        HttpMessageHandler handler = tokenFile is null ? connections : new TokenHandler(tokenFile) { InnerHandler = connections };
        var client = new HttpClient(handler)
        {
            BaseAddress = server,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = System.Net.HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        client.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        return client;
    }

    private static X509ChainPolicy Trusting(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>Connects with probes that notice within a minute when the other side is gone without a word.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 5);
            await socket.ConnectAsync(context.DnsEndPoint, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class TokenHandler(string tokenFile) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var token = await ReadAsync(cancellationToken);
            if (token.Length > 0)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return await base.SendAsync(request, cancellationToken);
        }

        private async Task<string> ReadAsync(CancellationToken stop)
        {
            try
            {
                var token = (await File.ReadAllTextAsync(tokenFile, stop)).Trim();
                return token.Any(c => c is < '!' or > '~') ? throw new IOException("it is not one word of printable ASCII") : token;
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"the token file {tokenFile} cannot be used: {fault.Message}", fault);
            }
        }
    }
}

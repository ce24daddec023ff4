using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>The connections to the API server that lists and watches share.</summary>
internal static class Connections
{
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    public static SocketsHttpHandler Create(ServerAccess access, ClientCertificate? certificate)
    {
        var connections = new SocketsHttpHandler
        {
            // A redirect could lead the token to another host. An API server sends none.
            AllowAutoRedirect = false,
            UseCookies = false,

            // A proxy that the environment names cannot know this machine's own addresses.
            UseProxy = access.Proxy is not null || !access.Server.IsLoopback,
            Proxy = access.Proxy is { } proxy ? Through(proxy) : null,
            ConnectTimeout = ConnectLimit,
            ConnectCallback = ConnectAsync,

            // A server bounds the streams of a connection, and each namespace has a watch.
            EnableMultipleHttp2Connections = true,

            // For HTTP/2, over TLS; TCP's own keep-alive below does the same for HTTP/1.1.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        };
        connections.SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = certificate?.Context,
            CertificateChainPolicy = access.Trust.Authorities is { } authorities ? Trusting(authorities) : null,
            RemoteCertificateValidationCallback = new ServerCertificate(access.Trust, access.Trust.ServerName ?? access.Server.IdnHost).Accept,
        };
        return connections;
    }

    private static WebProxy Through(Uri proxy)
    {
        // Without the password, for its address is told when it fails.
        var through = new WebProxy(new UriBuilder(proxy) { UserName = "", Password = "" }.Uri);
        if (proxy.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest])
            through.Credentials = new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(string.Concat(rest)));
        return through;
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
}

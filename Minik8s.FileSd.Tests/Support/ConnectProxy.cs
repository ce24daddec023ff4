using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>An HTTP proxy that knows CONNECT only, and leads to one port of this machine whatever name it is asked for.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public ConnectProxy(int port, bool refuses = false)
    {
        _listener.Start();
        _accepting = AcceptAsync(port, refuses);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The heads of the requests.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync(int port, bool refuses)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = LeadAsync(client, port, refuses);
        }
    }

    private async Task LeadAsync(TcpClient client, int port, bool refuses)
    {
        using var server = new TcpClient();
        using (client)
        {
            var (near, head) = (client.GetStream(), new StringBuilder());
            var letter = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await near.ReadAsync(letter, _end.Token) > 0)
                head.Append((char)letter[0]);
            _asked.Enqueue(head.ToString());

            // As proxies do: who they are is asked for by a 407 before it is told.
            if (refuses || !head.ToString().Contains("Proxy-Authorization", StringComparison.Ordinal))
            {
                await near.WriteAsync("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _end.Token);
                return;
            }

            await server.ConnectAsync(IPAddress.Loopback, port, _end.Token);
            await near.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), _end.Token);
            await Task.WhenAny(near.CopyToAsync(server.GetStream(), _end.Token), server.GetStream().CopyToAsync(near, _end.Token));
        }
    }
}

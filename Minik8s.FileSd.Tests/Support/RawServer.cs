using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>
/// A server on loopback that answers each connection's one request with the very bytes that a test gives, HTTP or not. What
/// is not written by then is cut off when the test's method returns, which is a good end for a body without a length.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <param name="answer">May be replaced at any time.</param>
    public RawServer(Func<Request, Task> answer)
    {
        Answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Func<Request, Task> Answer { get; set; }

    public Uri Uri => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>The head of each request, in order.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using (client)
        {
            try
            {
                var head = await HeadAsync(client.GetStream());
                Heads.Enqueue(head);
                await Answer(new(head, client.GetStream(), _stop.Token));
            }
            catch (Exception end) when (end is OperationCanceledException or IOException)
            {
            }
        }
    }

    private async Task<string> HeadAsync(NetworkStream stream)
    {
        var bytes = new byte[16 * 1024];
        for (var length = 0; ;)
        {
            var count = await stream.ReadAsync(bytes.AsMemory(length), _stop.Token);
            if (count == 0)
                throw new IOException("the request is cut off");
            length += count;
            if (bytes.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                return Encoding.ASCII.GetString(bytes, 0, length);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    /// <param name="Head">From the request line on.</param>
    internal sealed record Request(string Head, NetworkStream Body, CancellationToken Stop)
    {
        /// <summary>Path and query.</summary>
        public string Target => Head.Split(' ')[1];

        public Task SendAsync(string text) => Body.WriteAsync(Encoding.UTF8.GetBytes(text), Stop).AsTask();

        /// <summary>The same again and again, for as long as the client takes it.</summary>
        public async Task FloodAsync(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, (256 * 1024 / text.Length) + 1)));
            while (true)
                await Body.WriteAsync(bytes, Stop);
        }

        /// <summary>One after the other, ten in a second.</summary>
        public async Task DripAsync(IEnumerable<string> drops)
        {
            foreach (var drop in drops)
            {
                await SendAsync(drop);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Prometheus;
using Minik8s.Sandbox.Terminal;

namespace Minik8s.FileSd.Tests.Sandbox;

internal sealed class TargetWatchTests
{
    private const string NoTargets =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 29\r\n\r\n{\"data\":{\"activeTargets\":[]}}";

    [Test]
    public async Task A_Prometheus_that_says_nothing_is_asked_again()
    {
        using var folder = new TempFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var prometheus = new PrometheusClient((IPEndPoint)listener.LocalEndpoint, TimeSpan.FromMilliseconds(200));
        using var stop = new CancellationTokenSource();
        var view = new View();
        var watch = TargetWatch.RunAsync(prometheus, folder.Path, view, TimeProvider.System, stop.Token);

        using (await listener.AcceptTcpClientAsync())
        {
            // The first question stays without an answer for as long as this connection is held.
            using var second = await listener.AcceptTcpClientAsync();
        }

        watch.IsCompleted.Should().BeFalse();
        await stop.CancelAsync();
        await watch;
        view.Told.Should().BeEmpty();
    }

    [Test]
    public async Task A_view_that_fails_is_told_once_and_tried_again()
    {
        using var folder = new TempFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answers = AnswerAsync(listener);
        using var prometheus = new PrometheusClient((IPEndPoint)listener.LocalEndpoint);
        using var stop = new CancellationTokenSource();
        var view = new View { Fails = true };
        var watch = TargetWatch.RunAsync(prometheus, folder.Path, view, TimeProvider.System, stop.Token);

        await Eventually.Holds(() => view.Shown >= 2, "it is shown again");
        await stop.CancelAsync();
        await watch;
        view.Told.Should().Equal("The targets cannot be shown: no");
        listener.Stop();
        await answers;
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // The request does not matter.
                }

                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(NoTargets));
            }
        }
        catch (Exception fault) when (fault is SocketException or IOException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private sealed class View : IView
    {
        public bool Fails { get; init; }

        public int Shown { get; private set; }

        public List<string> Told { get; } = [];

        public void Tell(string message) => Told.Add(message);

        public void Show(IReadOnlyList<TargetRow> targets)
        {
            Shown++;
            if (Fails)
            {
                throw new InvalidOperationException("no");
            }
        }
    }
}

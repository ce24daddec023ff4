using System.Net;

namespace Minik8s.MetricsApp;

/// <summary>A visitor who asks this very program for some work twice a second: without one, every curve would be flat.</summary>
internal sealed class Visitor(IPEndPoint address, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>"All addresses" is one to listen on and none to ask.</summary>
    private IPEndPoint Own => new(
        address.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : address.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : address.Address,
        address.Port);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{Own}") };
        using var pause = new PeriodicTimer(Pause, time);
        while (await pause.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                // Up to 16 pieces at 50 ms each, twice a second: the queue grows and empties again.
                using var answer = await client.PostAsync($"/work?n={Random.Shared.Next(17)}", content: null, stoppingToken);
            }
            catch (HttpRequestException)
            {
                // Not answered, as at the very end of the program: the visitor comes again.
            }
        }
    }
}

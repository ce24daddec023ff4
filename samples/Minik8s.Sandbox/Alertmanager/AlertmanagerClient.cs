using System.Net;
using System.Text.Json.Nodes;
using Minik8s.Sandbox.Prometheus;

namespace Minik8s.Sandbox.Alertmanager;

/// <summary>What Alertmanager says about the alerts that it was sent.</summary>
internal sealed class AlertmanagerClient(IPEndPoint server) : IDisposable
{
    // No proxy: everything here is on this machine.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{server}"),
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>The alerts that have arrived and are not resolved.</summary>
    public async Task<IReadOnlyList<ReceivedAlert>> AlertsAsync(CancellationToken cancellationToken) =>
        [.. JsonNode.Parse(await _http.GetStringAsync("/api/v2/alerts", cancellationToken))!.AsArray()
            .Select(alert => new ReceivedAlert(Labels.From(alert!["labels"]), Labels.From(alert["annotations"])))];

    public void Dispose() => _http.Dispose();
}

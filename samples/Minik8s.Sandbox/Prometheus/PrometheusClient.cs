using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Prometheus;

/// <summary>What Prometheus says about its targets, its series and itself.</summary>
/// <param name="server">Where it listens.</param>
/// <param name="timeout">How long it may take to answer; default 10 s.</param>
internal sealed class PrometheusClient(IPEndPoint server, TimeSpan? timeout = null) : IDisposable
{
    // No proxy: everything here is on this machine.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{server}"),
        Timeout = timeout ?? TimeSpan.FromSeconds(10),
    };

    public Uri Server => _http.BaseAddress!;

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync("/-/ready", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<ActiveTarget>> TargetsAsync(CancellationToken cancellationToken) =>
        [.. (await DataAsync("/api/v1/targets?state=active", cancellationToken))["activeTargets"]!.AsArray()
            .Select(target => ActiveTarget.From(target!))];

    /// <summary>The current value of every series that the query yields, by its labels.</summary>
    public async Task<IReadOnlyList<Sample>> QueryAsync(string query, CancellationToken cancellationToken) =>
        [.. (await DataAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}", cancellationToken))["result"]!.AsArray()
            .Select(result => new Sample(
                Labels.From(result!["metric"]),
                double.Parse(result["value"]![1]!.GetValue<string>(), CultureInfo.InvariantCulture)))];

    /// <summary>A metric of Prometheus itself, read from its own page and not from its storage: never stale.</summary>
    public async Task<double> OwnMetricAsync(string name, CancellationToken cancellationToken)
    {
        var page = await _http.GetStringAsync("/metrics", cancellationToken);
        var line = page.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="HttpRequestException">Prometheus did not answer, or not with success.</exception>
    private async Task<JsonNode> DataAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(path, cancellationToken);
        response.EnsureSuccessStatusCode();
        try
        {
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!["data"]!;
        }
        catch (JsonException fault)
        {
            throw new HttpRequestException($"Prometheus answered {path} with something that is not JSON", fault);
        }
    }
}

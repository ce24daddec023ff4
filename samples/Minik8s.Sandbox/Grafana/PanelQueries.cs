using System.Globalization;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Grafana;

/// <summary>Asks Prometheus as Grafana does: for the values of variables, and for what panels draw.</summary>
internal sealed class PanelQueries(Uri prometheus, TimeProvider time) : IDisposable
{
    /// <summary>The range that the dashboards open with.</summary>
    private static readonly TimeSpan Range = TimeSpan.FromMinutes(15);

    // No proxy: everything here is on this machine.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = prometheus };

    /// <summary>The values of a label, sorted, over the range of a dashboard.</summary>
    public async Task<IReadOnlyList<string>> LabelValuesAsync(
        string label, string? series, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var match = series is null ? "" : $"&match[]={Uri.EscapeDataString(series)}";
        using var response = await _http.GetAsync(
            $"/api/v1/label/{label}/values?start={Seconds(now - Range)}&end={Seconds(now)}{match}", cancellationToken);
        var values = await DataAsync(response, series ?? label, cancellationToken);
        return [.. values.AsArray().Select(value => value!.GetValue<string>()).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether an expression yields at least one number now (instant) or somewhere in the range of a dashboard.</summary>
    public async Task<bool> HasDataAsync(
        string expression, bool instant, TimeSpan step, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var form = new Dictionary<string, string> { ["query"] = expression };
        if (instant)
        {
            form["time"] = Seconds(now);
        }
        else
        {
            (form["start"], form["end"], form["step"]) = (Seconds(now - Range), Seconds(now), Seconds(step));
        }

        using var content = new FormUrlEncodedContent(form);
        using var response = await _http.PostAsync(
            instant ? "/api/v1/query" : "/api/v1/query_range", content, cancellationToken);
        return (await DataAsync(response, expression, cancellationToken))["result"]!.AsArray()
            .SelectMany(series => instant ? Enumerable.Repeat(series!["value"], 1) : series!["values"]!.AsArray())
            .Any(sample => sample![1]!.GetValue<string>() != "NaN");
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="SandboxException">Prometheus does not understand the question.</exception>
    private static async Task<JsonNode> DataAsync(
        HttpResponseMessage response, string question, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!["data"]!
            : throw new SandboxException($"Prometheus does not answer {question}: {text}");
    }

    private static string Seconds(DateTimeOffset time) =>
        (time.ToUnixTimeMilliseconds() / 1000.0).ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}

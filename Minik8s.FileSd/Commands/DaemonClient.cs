using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Minik8s.FileSd.Explaining;

namespace Minik8s.FileSd.Commands;

/// <summary>Asks the daemon that runs on this machine, if one does.</summary>
/// <param name="listens">Where its endpoint is.</param>
internal sealed class DaemonClient(IPEndPoint listens) : IDisposable
{
    /// <summary>It is on this machine; what it asks the API server may take longer.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private const int LongestAnswer = 1 << 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = ConnectTimeout })
    {
        BaseAddress = new Uri($"http://{Reachable(listens)}"),
        MaxResponseContentBufferSize = LongestAnswer,
    };

    public Uri Address => _http.BaseAddress!;

    /// <returns>Null, and why, where no daemon answers.</returns>
    public async Task<(Explanation? Answer, string? Why)> ExplainAsync(Subject subject, CancellationToken stop)
    {
        using var overdue = new CancellationTokenSource(Explainer.Patience * 3, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, stop);
        try
        {
            using var response = await _http.GetAsync(
                $"/api/explain?kind={Subject.Words(subject.Kind)}&name={Uri.EscapeDataString(subject.Name)}", either.Token);
            if (response.StatusCode == HttpStatusCode.BadRequest)
                return (null, Printable.Of($"the daemon at {listens} says: {await response.Content.ReadAsStringAsync(either.Token)}"));
            if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType != "application/json")
                return (null, $"what listens at {listens} does not explain");
            var answer = await response.Content.ReadFromJsonAsync(ExplanationJson.Default.Explanation, either.Token);
            return answer is { Subject.Kind: var kind } && kind == subject.Kind ? (answer, null) : (null, $"what listens at {listens} does not explain");
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or IOException)
        {
            return (null, fault is JsonException ? $"what listens at {listens} does not explain" : $"no daemon answers at {listens}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return (null, $"the daemon at {listens} does not answer in time");
        }
    }

    /// <summary>Whether it is a daemon, by what only one has.</summary>
    public async Task<bool> IsDaemonAsync(CancellationToken stop)
    {
        try
        {
            return (await _http.GetStringAsync("/metrics", stop)).Contains("minik8s_filesd_build_info", StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>One that listens on every address does so on loopback.</summary>
    private static IPEndPoint Reachable(IPEndPoint address) =>
        address.Address.Equals(IPAddress.Any) ? new(IPAddress.Loopback, address.Port)
        : address.Address.Equals(IPAddress.IPv6Any) ? new(IPAddress.IPv6Loopback, address.Port)
        : address;
}

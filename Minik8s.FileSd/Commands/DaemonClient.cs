using System.Net;
using System.Text;
using System.Text.Json;
using Minik8s.FileSd.Explaining;

namespace Minik8s.FileSd.Commands;

/// <summary>Asks the daemon that runs on this machine, if one does.</summary>
/// <param name="listens">Where its endpoint is.</param>
internal sealed class DaemonClient(IPEndPoint listens, TimeProvider time) : IDisposable
{
    /// <summary>It is on this machine; what it asks the API server may take longer.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Of its metrics, for which it asks nobody.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private const int LongestAnswer = 1 << 20;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = ConnectTimeout })
    {
        BaseAddress = new Uri($"http://{Reachable(listens)}"),
        MaxResponseContentBufferSize = LongestAnswer,
    };

    public Uri Address => _http.BaseAddress!;

    /// <param name="patience">How long it may take; a daemon gives up by itself after three times <see cref="Explainer.Patience"/>.</param>
    /// <returns>Null, and why, where no daemon answers.</returns>
    public async Task<(Explanation? Answer, string? Why)> ExplainAsync(Subject subject, TimeSpan patience, CancellationToken stop)
    {
        using var overdue = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, stop);
        try
        {
            using var response = await _http.GetAsync(
                $"/api/explain?kind={Subject.Words(subject.Kind)}&name={Uri.EscapeDataString(subject.Name)}", either.Token);
            var bytes = await response.Content.ReadAsByteArrayAsync(either.Token);
            if (response.StatusCode == HttpStatusCode.BadRequest)
                return (null, Printable.Of($"the daemon at {listens} says: {Utf8.GetString(bytes)}"));
            if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType != "application/json")
                return (null, $"what listens at {listens} does not explain");
            var answer = JsonSerializer.Deserialize(bytes, ExplanationJson.Default.Explanation);
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
        using var overdue = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, stop);
        try
        {
            // As bytes: what else listens may name an encoding that there is not.
            return (await _http.GetByteArrayAsync("/metrics", either.Token)).AsSpan().IndexOf("minik8s_filesd_build_info"u8) >= 0;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException && !stop.IsCancellationRequested)
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

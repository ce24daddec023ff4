using System.Net;
using System.Text.Json;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;

namespace Minik8s.FileSd.Scraping;

/// <summary>Asks Prometheus, by its HTTP API, what it has of target files.</summary>
/// <param name="url">Ends with a slash.</param>
internal sealed class PrometheusClient(Uri url, ICredential credential, string userAgent, TimeProvider time) : IDisposable
{
    /// <summary>A question that is not answered to its end by then is given up.</summary>
    public static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        // A redirect could lead the credential to another host. Prometheus' API sends none.
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = !url.IsLoopback,
        ConnectTimeout = LongestAnswer,

        // Its answers are large and shrink well, which on one machine would only cost both sides work.
        AutomaticDecompression = url.IsLoopback ? DecompressionMethods.None : DecompressionMethods.GZip,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _http.Dispose();

    /// <param name="isOurs">As of <see cref="TargetsReader"/>.</param>
    /// <exception cref="PrometheusException">It cannot be asked; the message says why.</exception>
    public async Task<PrometheusAnswer> AskAsync(Func<string, bool> isOurs, CancellationToken stop)
    {
        var targets = new TargetsReader(isOurs);
        await GetAsync("api/v1/targets?state=any", targets.ReadAsync, stop);
        OwnMetrics? own = null;
        await TryGetAsync("metrics", async (body, end) => own = await new OwnMetricsReader().ReadAsync(body, end), stop);
        return new(targets.Targets, targets.Unlisted, own);
    }

    /// <summary>Which files its jobs read; null where it does not tell.</summary>
    public async Task<IReadOnlyList<FileSdConfig>?> ConfigAsync(CancellationToken stop)
    {
        IReadOnlyList<FileSdConfig>? configs = null;
        await TryGetAsync("api/v1/status/config", async (body, end) => configs = ConfigReader.Read(await WholeAsync(body, ConfigReader.LongestAnswer, end)), stop);
        return configs;
    }

    private static async Task<ReadOnlyMemory<byte>> WholeAsync(Stream body, int longest, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (await body.ReadAsync(buffer.AsMemory(length), stop) is > 0 and var read)
        {
            length += read;
            if (length == buffer.Length)
                Array.Resize(ref buffer, length < longest ? 2 * length : throw new InvalidDataException("more than is taken"));
        }

        return buffer.AsMemory(0, length);
    }

    private async Task TryGetAsync(string path, Func<Stream, CancellationToken, Task> read, CancellationToken stop)
    {
        try
        {
            await GetAsync(path, read, stop);
        }
        catch (PrometheusException)
        {
            // Where a proxy lets only the API through, or an older Prometheus does not have it, less is known.
        }
    }

    private async Task GetAsync(string path, Func<Stream, CancellationToken, Task> read, CancellationToken stop)
    {
        using var overdue = new CancellationTokenSource(LongestAnswer, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, stop);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, path));
            request.Headers.Authorization = (await credential.GetAsync(either.Token)).Header;
            request.Headers.UserAgent.ParseAdd(userAgent);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new PrometheusException(Refusal(response.StatusCode, path));
            await read(await response.Content.ReadAsStreamAsync(either.Token), either.Token);
        }
        catch (OperationCanceledException fault) when (!stop.IsCancellationRequested)
        {
            throw new PrometheusException($"it has not answered {Bare(path)} to its end within {LongestAnswer.TotalSeconds:0} s", fault);
        }
        catch (JsonException fault)
        {
            throw new PrometheusException($"what answers {Bare(path)} does not speak like Prometheus: {Printable.Of(fault.Message).TrimEnd('.')}", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidDataException or AccessException)
        {
            throw new PrometheusException(FaultText.Of(fault), fault);
        }
    }

    private static string Refusal(HttpStatusCode code, string path) => $"it answered {(int)code} to {Bare(path)}" + code switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "; give the user in --prometheus.url, or a token by --prometheus.token-file",
        HttpStatusCode.NotFound => "; has its address a path of its own, as behind --web.external-url?",
        >= (HttpStatusCode)300 and < (HttpStatusCode)400 => ", a redirect, which is not followed; name the address that it leads to",
        _ => "",
    };

    private static string Bare(string path) => $"/{path.Split('?')[0]}";
}

/// <summary>Prometheus cannot be asked.</summary>
internal sealed class PrometheusException(string message, Exception? cause = null) : Exception(message, cause);

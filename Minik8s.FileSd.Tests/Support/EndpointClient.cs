using System.Net;
using Minik8s.FileSd.Tests.EndToEnd;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>Asks the web endpoint of a daemon, at an address of the test's own.</summary>
internal sealed class EndpointClient : IDisposable
{
    private readonly HttpClient _http;

    public EndpointClient() => _http = new HttpClient { BaseAddress = new Uri($"http://{Address}") };

    public IPEndPoint Address { get; } = OwnAddresses.Free($"127.{Random.Shared.Next(3, 255)}.{Random.Shared.Next(256)}.5");

    /// <summary>The daemon's flag.</summary>
    public string Flag => $"--web.listen-address={Address}";

    public async Task<(HttpStatusCode Code, string Text)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path) => _http.SendAsync(new HttpRequestMessage(method, path));

    /// <summary>The lines of <c>/api/events</c>.</summary>
    public async Task<StreamReader> ListenAsync() => new(await _http.GetStreamAsync("/api/events"));

    public async Task<Scrape> ScrapeAsync() => new((await GetAsync("/metrics")).Text);

    /// <summary>The lines of <c>/readyz</c>; none while nobody listens.</summary>
    public async Task<string[]> ReadinessAsync()
    {
        try
        {
            return (await GetAsync("/readyz")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    public async Task UntilReady() => await Until(lines => lines is ["ready"], "it is ready");

    public async Task Until(Func<string[], bool> condition, string what)
    {
        var last = Array.Empty<string>();
        try
        {
            await Eventually.Holds(async () => condition(last = await ReadinessAsync()), what);
        }
        catch (AssertionException fault)
        {
            throw new AssertionException($"{fault.Message}; /readyz says:\n{string.Join('\n', last)}");
        }
    }

    public void Dispose() => _http.Dispose();
}

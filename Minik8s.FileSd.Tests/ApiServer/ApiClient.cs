using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>An answer, read whole.</summary>
internal sealed record ApiAnswer(int Code, HttpResponseHeaders Headers, string Text)
{
    public JsonObject Body => (JsonObject)JsonNode.Parse(Text)!;

    public JsonObject Metadata => (JsonObject)Body["metadata"]!;

    public string Version => Metadata["resourceVersion"]!.GetValue<string>();

    public IReadOnlyList<string> Names =>
        [.. Body["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>())];

    public string? Message => Body["message"]?.GetValue<string>();

    public string? Reason => Body["reason"]?.GetValue<string>();
}

/// <summary>Plain HTTP to an API server.</summary>
internal sealed class ApiClient : IDisposable
{
    /// <summary>Against a test that would hang; no test waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public ApiClient(Uri server, HttpMessageHandler? handler = null) =>
        Http = new HttpClient(handler ?? new SocketsHttpHandler()) { BaseAddress = server, Timeout = Patience };

    public HttpClient Http { get; }

    public Task<ApiAnswer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<ApiAnswer> Post(string path, string body) => Send(HttpMethod.Post, path, body);

    public Task<ApiAnswer> Put(string path, string body) => Send(HttpMethod.Put, path, body);

    public Task<ApiAnswer> Delete(string path, string? body = null) => Send(HttpMethod.Delete, path, body);

    public Task<ApiAnswer> Merge(string path, string body) =>
        Send(HttpMethod.Patch, path, body, "application/merge-patch+json");

    public Task<ApiAnswer> Strategic(string path, string body) =>
        Send(HttpMethod.Patch, path, body, "application/strategic-merge-patch+json");

    public async Task<ApiAnswer> Send(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, type);
        }

        using var response = await Http.SendAsync(request);
        return new ApiAnswer((int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync());
    }

    public Task<WatchReader> Watch(string path) => WatchReader.OpenAsync(Http, path);

    public void Dispose() => Http.Dispose();
}

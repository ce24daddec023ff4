using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>The few calls of the Kubernetes API that the sandbox makes.</summary>
internal sealed class ApiClient(IPEndPoint server) : IDisposable
{
    private const string Root = "/api/v1/";

    // No proxy: everything here is on this machine.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://{server}"),
        Timeout = TimeSpan.FromSeconds(10),
    };

    public Uri Server => _http.BaseAddress!;

    public static string NodePath(string name) => $"nodes/{name}";

    public static string PodPath(string @namespace, string name) => $"namespaces/{@namespace}/pods/{name}";

    /// <param name="resource"><c>nodes</c> or <c>pods</c>; of all namespaces.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string resource, CancellationToken cancellationToken) =>
        [.. (await SendAsync(HttpMethod.Get, resource, null, cancellationToken))["items"]!.AsArray().OfType<JsonObject>()];

    public Task CreateAsync(string collection, JsonObject manifest, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, collection, JsonContent.Create(manifest), cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>Removes a pod for good, as a kubelet does once its processes have ended: that very pod, not a namesake.</summary>
    public Task ForgetPodAsync(string path, string uid, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, JsonContent.Create(Manifests.ForcedDeletion(uid)), cancellationToken);

    /// <summary>Binds a pod to a node. Kubernetes has a subresource for it; the sample API server takes the field itself.</summary>
    public Task BindAsync(string podPath, string node, CancellationToken cancellationToken) => PatchAsync(
        podPath, new JsonObject { ["spec"] = new JsonObject { ["nodeName"] = node } }, cancellationToken);

    public Task PatchStatusAsync(string path, JsonObject status, CancellationToken cancellationToken) =>
        PatchAsync(path + "/status", new JsonObject { ["status"] = status }, cancellationToken);

    public void Dispose() => _http.Dispose();

    private Task<JsonNode> PatchAsync(string path, JsonObject patch, CancellationToken cancellationToken)
    {
        var content = JsonContent.Create(patch);
        content.Headers.ContentType = new("application/merge-patch+json");
        return SendAsync(HttpMethod.Patch, path, content, cancellationToken);
    }

    /// <exception cref="ApiException">The server said no.</exception>
    /// <exception cref="HttpRequestException">The server said nothing, or nothing that is JSON.</exception>
    private async Task<JsonNode> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Root + path) { Content = content };
        using var response = await _http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            var answer = JsonNode.Parse(body)!;
            return response.IsSuccessStatusCode
                ? answer
                : throw new ApiException(response.StatusCode, answer["message"]?.GetValue<string>() ?? body);
        }
        catch (JsonException) when (!response.IsSuccessStatusCode)
        {
            throw new ApiException(response.StatusCode, $"{(int)response.StatusCode} {response.ReasonPhrase} {body}".TrimEnd());
        }
        catch (JsonException fault)
        {
            throw new HttpRequestException($"{(int)response.StatusCode}, not JSON: {body}", fault);
        }
    }
}

using System.Net.Http.Headers;
using Minik8s.FileSd.Cluster.Access;

namespace Minik8s.FileSd.Cluster;

/// <summary>The HTTP client for the API server that lists and watches share.</summary>
internal static class ApiClient
{
    public static HttpClient Create(AccessSource source, string userAgent)
    {
        var client = new HttpClient(new AccessHandler(source))
        {
            BaseAddress = source.First.Server,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = System.Net.HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        client.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        return client;
    }
}

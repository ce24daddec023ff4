using System.Net;

namespace Minik8s.Sandbox.Cluster;

/// <summary>The API server's refusal, in its own words.</summary>
internal sealed class ApiException(HttpStatusCode code, string message) : Exception(message)
{
    public HttpStatusCode Code { get; } = code;
}

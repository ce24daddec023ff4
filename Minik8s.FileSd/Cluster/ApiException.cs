using System.Net;

namespace Minik8s.FileSd.Cluster;

/// <summary>The API server answered with an error: an HTTP status other than 2xx, or an ERROR event in a watch.</summary>
internal sealed class ApiException(HttpStatusCode code, string message, ApiStatus? status = null, TimeSpan? retryAfter = null)
    : Exception(message)
{
    public HttpStatusCode Code { get; } = code;

    /// <summary>From the <c>Retry-After</c> header or the status' <c>retryAfterSeconds</c>; null when neither is there.</summary>
    public TimeSpan? RetryAfter { get; } =
        retryAfter ?? (status?.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null);

    /// <summary>The resource version, or the continue token, that was asked for is no longer known to the server.</summary>
    public bool IsExpired => Code == HttpStatusCode.Gone || status?.Reason is "Expired" or "Gone";

    /// <summary>
    /// The resource version that was asked for is newer than the server's. Its code (504) and reason (Timeout) say
    /// nothing of it: only the cause does, or on servers before 1.18 the message.
    /// </summary>
    public bool IsVersionTooLarge =>
        status?.Details?.Causes?.Any(cause => cause.Reason == "ResourceVersionTooLarge") == true
        || status?.Message?.Contains("Too large resource version", StringComparison.Ordinal) == true;
}

/// <summary>The Kubernetes <c>Status</c> object, which says why a request failed.</summary>
internal sealed record ApiStatus(string? Kind, string? Message, string? Reason, int? Code, ApiStatusDetails? Details);

internal sealed record ApiStatusDetails(IReadOnlyList<ApiStatusCause>? Causes, int? RetryAfterSeconds);

internal sealed record ApiStatusCause(string? Reason);

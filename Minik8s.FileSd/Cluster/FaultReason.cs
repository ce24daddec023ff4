using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>What sort of fault it is that keeps a stream from being followed: few enough to be the values of a label.</summary>
internal enum FaultReason
{
    /// <summary>401: the token is missing, wrong or expired.</summary>
    Unauthorized,

    /// <summary>403: the account may not list or watch.</summary>
    Forbidden,

    /// <summary>404: the server does not have the path.</summary>
    NotFound,

    /// <summary>The server no longer has, or does not have yet, the version that was asked for; the list is asked again.</summary>
    Expired,

    /// <summary>429: the server is busy.</summary>
    TooManyRequests,

    /// <summary>5xx.</summary>
    ServerError,

    /// <summary>No connection, or it broke.</summary>
    Connection,

    /// <summary>No encrypted connection: most often a certificate that is not trusted.</summary>
    Tls,

    /// <summary>The server said nothing for too long.</summary>
    Timeout,

    /// <summary>The answer is not what a Kubernetes API server says.</summary>
    Protocol,

    /// <summary>None of these, such as a credential or kubeconfig that cannot be had.</summary>
    Other,
}

internal static class FaultReasons
{
    public static FaultReason Of(Exception fault) => fault switch
    {
        ApiException api when ResumePoint.IsRefusal(api) => FaultReason.Expired,
        ApiException api => Of(api.Code),
        HttpRequestException { InnerException: AuthenticationException } => FaultReason.Tls,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => FaultReason.Tls,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded } => FaultReason.Protocol,
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError } => FaultReason.Protocol,
        HttpRequestException or HttpIOException or IOException { InnerException: SocketException } => FaultReason.Connection,
        JsonException or WatchRefusedException or IOException { InnerException: null } => FaultReason.Protocol,
        TimeoutException or OperationCanceledException => FaultReason.Timeout,
        _ => FaultReason.Other,
    };

    private static FaultReason Of(HttpStatusCode code) => code switch
    {
        HttpStatusCode.Unauthorized => FaultReason.Unauthorized,
        HttpStatusCode.Forbidden => FaultReason.Forbidden,
        HttpStatusCode.NotFound => FaultReason.NotFound,
        HttpStatusCode.TooManyRequests => FaultReason.TooManyRequests,
        >= HttpStatusCode.InternalServerError => FaultReason.ServerError,
        _ => FaultReason.Other,
    };
}

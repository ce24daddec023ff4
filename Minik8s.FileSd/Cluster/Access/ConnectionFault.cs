using System.Security.Authentication;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>A server that ends the connection when it sees the client's certificate.</summary>
internal static class ConnectionFault
{
    /// <remarks>In TLS 1.3 that shows only when the answer is read, as an alert or as a connection that just ends.</remarks>
    public static bool IsRefusalOfCertificate(HttpRequestException fault) => fault.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => Chain(fault).All(cause => cause is not AuthenticationException { InnerException: null }),
        HttpRequestError.ResponseEnded => true,
        _ => Chain(fault).Any(cause => cause.Message.Contains("alert", StringComparison.OrdinalIgnoreCase)),
    };

    public static HttpRequestException Refused(ClientCertificate certificate, HttpRequestException fault) => new(
        HttpRequestError.SecureConnectionError,
        fault.Message,
        new AuthenticationException(
            $"the server ended the connection, most likely because it does not take {certificate.Words}: {fault.GetBaseException().Message.TrimEnd('.')}", fault));

    private static IEnumerable<Exception> Chain(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
            yield return fault;
    }
}

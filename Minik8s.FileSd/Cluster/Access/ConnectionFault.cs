using System.Security.Authentication;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>A server that ends the connection when it sees the client's certificate.</summary>
internal static class ConnectionFault
{
    /// <returns>The fault with a word about the certificate, or null when it has nothing to do with it.</returns>
    /// <remarks>In TLS 1.3 a refusal shows only when the answer is read: as an alert, or as a connection that just ends.</remarks>
    public static HttpRequestException? Refusal(HttpRequestException fault, ClientCertificate certificate)
    {
        if (Causes(fault).Any(cause => cause is not HttpRequestException && cause.Message.Contains(" alert ", StringComparison.OrdinalIgnoreCase)))
        {
            var words = $"the server does not take {certificate.Words}: {fault.GetBaseException().Message.TrimEnd('.')}";
            return new(HttpRequestError.SecureConnectionError, fault.Message, new AuthenticationException(words, fault));
        }

        return Causes(fault).Any(cause => cause is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse })
            ? new(
                fault.HttpRequestError,
                $"the server ended the connection, perhaps because it does not take {certificate.Words}: {fault.GetBaseException().Message.TrimEnd('.')}")
            : null;
    }

    private static IEnumerable<Exception> Causes(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
            yield return fault;
    }
}

using System.Security.Authentication;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>A server that ends the connection when it sees the client's certificate.</summary>
internal static class ConnectionFault
{
    /// <returns>The fault with a word about the certificate, or null when it has nothing to do with it.</returns>
    /// <remarks>
    /// In TLS 1.3 a refusal shows only behind the handshake: as an alert, or as a connection that just ends, be it while HTTP/2
    /// begins, while the request is sent or while the answer is read.
    /// </remarks>
    public static HttpRequestException? Refusal(Exception fault, ClientCertificate certificate)
    {
        if (Causes(fault).Any(cause => cause is not HttpRequestException && cause.Message.Contains(" alert ", StringComparison.OrdinalIgnoreCase)))
        {
            var words = $"the server does not take {certificate.Words}: {fault.GetBaseException().Message.TrimEnd('.')}";
            return new(HttpRequestError.SecureConnectionError, fault.Message, new AuthenticationException(words, fault));
        }

        var error = (fault as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown;
        return error != HttpRequestError.SecureConnectionError && Causes(fault).Any(cause => cause is IOException)
            ? new(
                error,
                $"the server ended the connection, perhaps because it does not take {certificate.Words}: {fault.GetBaseException().Message.TrimEnd('.')}")
            : null;
    }

    private static IEnumerable<Exception> Causes(Exception? fault)
    {
        for (; fault is not null; fault = fault.InnerException)
            yield return fault;
    }
}

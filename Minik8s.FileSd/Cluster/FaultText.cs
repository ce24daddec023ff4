using System.Security.Authentication;
using System.Text.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>A fault in one line for whoever has to put it right.</summary>
internal static class FaultText
{
    public static string Of(Exception fault) => Printable.Of(fault switch
    {
        WatchRefusedException => fault.Message,
        JsonException when fault.Message.StartsWith("'<'", StringComparison.Ordinal) =>
            "what answers does not speak like an API server but in HTML or XML: most often a proxy or a sign-in page",
        JsonException => $"what answers does not speak like an API server: {fault.Message}",
        HttpRequestException { InnerException: AuthenticationException inner } => $"no TLS connection: {inner.Message}",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } inner } =>
            $"no TLS connection: {inner.GetBaseException().Message}",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
            $"the name of the server is not resolved: {fault.Message}; check the address and the DNS of this machine",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "the server closed the connection without an answer; does it speak https?",
        HttpRequestException { InnerException: IOException inner } => $"the connection broke: {inner.Message}",
        _ => fault.Message,
    }).TrimEnd('.');
}

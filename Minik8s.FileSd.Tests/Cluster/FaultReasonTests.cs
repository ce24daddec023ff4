using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Tests.Cluster;

internal sealed class FaultReasonTests
{
    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Case(new ApiException(HttpStatusCode.Unauthorized, ""), "unauthorized");
        yield return Case(new ApiException(HttpStatusCode.Forbidden, ""), "forbidden");
        yield return Case(new ApiException(HttpStatusCode.NotFound, ""), "not_found");
        yield return Case(new ApiException(HttpStatusCode.Gone, ""), "expired");
        yield return Case(new ApiException(HttpStatusCode.GatewayTimeout, "", new ApiStatus(null, "Too large resource version", null, null, null)), "expired");
        yield return Case(new ApiException(HttpStatusCode.TooManyRequests, ""), "too_many_requests");
        yield return Case(new ApiException(HttpStatusCode.ServiceUnavailable, ""), "server_error");
        yield return Case(new ApiException(HttpStatusCode.BadRequest, ""), "other");
        yield return Case(new HttpRequestException("refused", new SocketException()), "connection");
        yield return Case(new HttpIOException(HttpRequestError.ResponseEnded), "connection");
        yield return Case(new IOException("reset", new SocketException()), "connection");
        yield return Case(new HttpRequestException("ssl", new AuthenticationException()), "tls");
        yield return Case(new HttpRequestException(HttpRequestError.SecureConnectionError), "tls");
        yield return Case(new HttpRequestException(HttpRequestError.InvalidResponse), "protocol");
        yield return Case(new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded), "protocol");
        yield return Case(new HttpIOException(HttpRequestError.InvalidResponse), "protocol");
        yield return Case(new LimitException("too long", "object-bytes"), "protocol");
        yield return Case(new JsonException(), "protocol");
        yield return Case(new IOException("the watch ended at once"), "protocol");
        yield return Case(new TimeoutException(), "timeout");
        yield return Case(new TaskCanceledException("connecting", new TimeoutException()), "timeout");
        yield return Case(new AccessException("the token file cannot be used", new FileNotFoundException()), "other");
        yield return Case(new InvalidOperationException(), "other");

        static TestCaseData Case(Exception fault, string reason) =>
            new TestCaseData(fault, reason).SetArgDisplayNames($"{fault.GetType().Name} {fault.Message}", reason);
    }

    [TestCaseSource(nameof(Faults))]
    public void A_fault_has_a_reason_of_a_small_set(Exception fault, string reason) =>
        SnakeCase.Of(FaultReasons.Of(fault)).Should().Be(reason);
}

using System.Security.Authentication;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;

namespace Minik8s.FileSd.Commands;

/// <summary>The API server cannot be reached: which one that is, how it was found, and how to go on.</summary>
internal sealed class ServerAwayException(AccessSource access, HttpRequestException fault) : Exception(
    $"the API server {access.First.Server}{Found(access)} cannot be asked: {FaultText.Of(fault)}{Remedy(access, fault)}", fault)
{
    /// <summary>Where there was a setting, whoever set it knows.</summary>
    private static string Found(AccessSource access) => IsNamed(access) ? "" : $" (found by {access.Origin})";

    /// <summary>A fault of TLS has its own.</summary>
    private static string Remedy(AccessSource access, HttpRequestException fault) =>
        fault is { HttpRequestError: HttpRequestError.SecureConnectionError } or { InnerException: AuthenticationException } ? ""
        : $"; {(IsNamed(access) ? "check --api.server" : "name another by --api.server")}, or run minik8s-filesd check";

    private static bool IsNamed(AccessSource access) => access.Origin == AccessFinder.Named;
}

using System.Net;
using Microsoft.AspNetCore.Http;

namespace Minik8s.FileSd.Web;

/// <summary>
/// Under which names of this machine it answers. A site that is open in a browser here may have its own name lead to
/// 127.0.0.1 from one moment to the next (DNS rebinding); the browser then takes what is here for a part of that site.
/// </summary>
/// <param name="address">Where it listens; only on loopback anything is refused, for else whoever is on the network can read it anyway.</param>
internal sealed class HostCheck(IPEndPoint? address)
{
    private readonly bool _isLocal = address is not null && IPAddress.IsLoopback(address.Address);

    /// <summary>An IP address, <c>localhost</c>, or a name without a dot, which nobody out there can have.</summary>
    public bool Takes(HostString asked)
    {
        var host = asked.Host.TrimEnd('.');
        return !_isLocal
            || IPAddress.TryParse(host, out _)
            || !host.Contains('.')
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }
}

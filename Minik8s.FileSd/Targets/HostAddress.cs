using System.Net;
using System.Net.Sockets;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// Checks hosts before they become targets: Prometheus itself rejects only what is empty or has a slash, and takes an
/// IPv6 address without brackets for a host and a port.
/// </summary>
internal static class HostAddress
{
    private const int LongestName = 253;

    /// <summary>An IPv6 address whose last two parts are written as IPv4.</summary>
    private const int LongestIP = 45;

    /// <summary>
    /// An IPv4 address of four decimal parts, or an IPv6 address without a zone, of one machine: who connects to
    /// <c>0.0.0.0</c> or <c>::</c> reaches itself, and a group of machines or all of them are no target.
    /// </summary>
    public static bool IsIP(string host) =>
        host.Length <= LongestIP
        && IPAddress.TryParse(host, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6
            ? host.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            : address.ToString() == host)
        && IsOfOneMachine(address);

    /// <summary>An IP address, or a DNS name of letters, digits, hyphens, underscores and dots.</summary>
    public static bool IsHost(string host) =>
        IsIP(host)
        || (host.Length <= LongestName
            && host.Any(char.IsAsciiLetter)
            && host.Split('.') is var parts
            && parts.All(part => part is { Length: > 0 and <= 63 }
                && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')));

    /// <summary><c>host:port</c>, an IPv6 host in brackets.</summary>
    public static string Join(string host, int port) =>
        host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";

    private static bool IsOfOneMachine(IPAddress address)
    {
        const byte firstOfMulticast = 224;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? !plain.IsIPv6Multicast && !plain.Equals(IPAddress.IPv6Any)
            : plain.GetAddressBytes()[0] is > 0 and < firstOfMulticast;
    }
}

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

    /// <summary>An IPv4 address of four decimal parts, or an IPv6 address without a zone.</summary>
    public static bool IsIP(string host) =>
        IPAddress.TryParse(host, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6
            ? !host.Contains('%') && !host.Contains('[') && !host.Contains('/')
            : address.ToString() == host);

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
}

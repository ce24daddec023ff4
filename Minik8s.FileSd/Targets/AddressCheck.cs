using System.Buffers;
using System.Buffers.Text;
using System.Net;

namespace Minik8s.FileSd.Targets;

/// <summary>The part of <see cref="GroupCheck"/> that concerns addresses: what <see cref="HostAddress"/> makes, read back.</summary>
internal static class AddressCheck
{
    private const int LongestName = 253;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."u8);
    private static readonly SearchValues<byte> IPv6Bytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    public static bool IsHostAndPort(ReadOnlySpan<byte> address)
    {
        var colon = address.LastIndexOf((byte)':');
        return colon > 0 && Number(address[(colon + 1)..]) is >= 1 and <= 65535 && IsHost(address[..colon]);
    }

    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        if (host is [(byte)'[', .. var inner, (byte)']'])
            return !inner.ContainsAnyExcept(IPv6Bytes) && inner.Contains((byte)':') && IPAddress.IsValidUtf8(inner);
        var isName = host.ContainsAny(Letters);
        if (host.Length > LongestName || host.ContainsAnyExcept(NameBytes))
            return false;
        var parts = 0;
        foreach (var range in host.Split((byte)'.'))
        {
            parts++;
            if (isName ? host[range].Length is 0 or > 63 : Number(host[range]) is not (>= 0 and <= 255))
                return false;
        }

        return isName || parts == 4;
    }

    /// <summary>As it is written without zeros before it; null for anything else.</summary>
    private static int? Number(ReadOnlySpan<byte> digits) =>
        digits.Length is > 0 and <= 5
        && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && (digits.Length == 1 || digits[0] != '0')
        && Utf8Parser.TryParse(digits, out int number, out _)
            ? number
            : null;
}

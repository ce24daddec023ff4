using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Minik8s.Sandbox;

/// <summary>Reads flags that name addresses. Only this machine's own are taken: a sandbox is nobody else's business.</summary>
internal static class Loopback
{
    private static readonly IPNetwork Addresses = IPNetwork.Parse("127.0.0.0/8");

    public static bool Contains(IPAddress address) => Addresses.Contains(address);

    /// <summary>A port of the address on which nobody listens: the wanted one, or any.</summary>
    public static IPEndPoint Free(string address, int wanted = 0)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), wanted);
        try
        {
            listener.Start();
            return (IPEndPoint)listener.LocalEndpoint;
        }
        catch (SocketException fault) when (wanted != 0 && fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return Free(address);
        }
    }

    public static IPEndPoint? EndPoint(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (IPEndPoint.TryParse(text, out var endPoint) && Addresses.Contains(endPoint.Address) && endPoint.Port > 0)
        {
            return endPoint;
        }

        argument.AddError($"{text} is not an address and port of this machine, such as 127.0.0.1:8080");
        return null;
    }

    public static int Port(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535)
        {
            return port;
        }

        argument.AddError($"{text} is not a port, 1 to 65535");
        return default;
    }

    public static IPNetwork Range(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (IPNetwork.TryParse(text, out var range) && Addresses.Contains(range.BaseAddress) && range.PrefixLength is >= 8 and <= 30)
        {
            return range;
        }

        argument.AddError($"{text} is not a range of this machine's addresses, such as 127.0.1.0/24");
        return default;
    }
}

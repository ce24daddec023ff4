using System.Net;
using System.Net.Sockets;

namespace Minik8s.Sandbox.Processes;

/// <summary>An address and port that a process is to listen on.</summary>
/// <param name="EndPoint">The address and port.</param>
/// <param name="Purpose">Whose port it is, for the message.</param>
/// <param name="Flag">The sandbox's flag that moves it.</param>
internal sealed record Port(IPEndPoint EndPoint, string Purpose, string Flag)
{
    /// <summary>Null when the port is free, else one line that says who has it and what to do.</summary>
    public string? Conflict()
    {
        try
        {
            // Trying it is the only test that covers all cases, such as a wildcard listener: *:9100 takes 127.0.1.1:9100.
            using var listener = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(EndPoint);
            listener.Listen();
            return null;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            var owner = ListeningSocket.OwnerOf(EndPoint) ?? "another process";
            return $"{EndPoint} ({Purpose}) is taken by {owner}. End it, or choose another with {Flag}.";
        }
        catch (SocketException fault)
        {
            return $"{EndPoint} ({Purpose}) cannot be used: {fault.Message}. Choose another with {Flag}.";
        }
    }

    /// <summary>Whether something accepts connections here.</summary>
    public async Task<bool> IsOpenAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient(EndPoint.AddressFamily);
        try
        {
            await client.ConnectAsync(EndPoint, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

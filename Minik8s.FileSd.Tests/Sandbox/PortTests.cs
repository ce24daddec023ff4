using System.Net;
using System.Net.Sockets;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Sandbox;

internal sealed class PortTests
{
    [TestCase("127.9.9.9")]
    [TestCase("0.0.0.0")]
    [TestCase("::")]
    public void A_taken_port_says_by_whom_and_which_flag_moves_it(string listening)
    {
        using var listener = new TcpListener(IPAddress.Parse(listening), 0);
        if (listening == "::")
        {
            listener.Server.DualMode = true;
        }

        listener.Start();
        var port = new Port(
            new IPEndPoint(IPAddress.Parse("127.9.9.9"), ((IPEndPoint)listener.LocalEndpoint).Port), "API server", "--api");

        port.Conflict().Should().StartWith($"{port.EndPoint} (API server) is taken by process {Environment.ProcessId} (")
            .And.EndWith("End it, or choose another with --api.");
    }

    [Test]
    public void An_address_of_another_machine_is_a_conflict_too() =>
        new Port(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9100), "node_exporter", "--node-range")
            .Conflict().Should().StartWith("192.0.2.1:9100 (node_exporter) cannot be used: ");
}

using System.Net;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>Makes the nodes real: a node_exporter for every node object, on the node's own address.</summary>
internal sealed class Nodes(
    SandboxOptions options, Programs programs, Launcher launcher, ApiClient api, TimeProvider time, Action<string> tell)
{
    private readonly AddressRange _addresses = new(options.NodeRange);
    private readonly Dictionary<string, Node> _running = [];

    /// <summary>The addresses of the nodes that exist, by name.</summary>
    public IReadOnlyDictionary<string, IPAddress> Addresses { get; private set; } = new Dictionary<string, IPAddress>();

    public IEnumerable<Workload> Workloads => _running.Values.Select(node => node.Exporter);

    /// <summary>One round. What could not be done is tried again by the next one.</summary>
    public async Task ReconcileAsync(IReadOnlyList<NodeObject> nodes, CancellationToken cancellationToken)
    {
        foreach (var (uid, node) in _running.ExceptBy(nodes.Select(node => node.Uid), node => node.Key).ToList())
        {
            node.Exporter.Stop();
            if (node.Exporter.Stopped.IsCompleted)
            {
                _running.Remove(uid);
                _addresses.GiveBack(node.Address);
                node.Exporter.Dispose();
            }
        }

        foreach (var node in nodes)
        {
            if (!_running.ContainsKey(node.Uid))
            {
                _running.Add(node.Uid, Start(node));
            }
        }

        Addresses = nodes.ToDictionary(node => node.Name, node => _running[node.Uid].Address);
        foreach (var node in nodes)
        {
            await _running[node.Uid].Report.SendAsync(
                api, ApiClient.NodePath(node.Name), KubeletReport.OfNode(node, _running[node.Uid].Exporter), cancellationToken);
        }
    }

    private Node Start(NodeObject node)
    {
        if (node.InternalIP is { } given)
        {
            _addresses.Take(given);
        }

        var address = node.InternalIP ?? _addresses.Take();
        var port = new Port(new IPEndPoint(address, options.NodePort), $"node_exporter of {node.Name}", "--node-port");

        // Debian switches the systemd collector on. It would describe this machine's services once for every node.
        var program = new ProgramStart(
            $"node-{node.Name}",
            programs.NodeExporter,
            $"--web.listen-address={port.EndPoint}",
            "--no-collector.systemd");
        return new Node(address, new Workload(launcher, program, port, time, tell), new StatusReport());
    }

    private sealed record Node(IPAddress Address, Workload Exporter, StatusReport Report);
}

using System.Collections.Concurrent;
using System.Net;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>Makes the nodes real: a node_exporter for every node object, on the node's own address.</summary>
internal sealed class Nodes(
    SandboxOptions options,
    Programs programs,
    Launcher launcher,
    ApiClient api,
    ObjectFaults faults,
    TimeProvider time,
    Action<string> tell)
{
    private readonly AddressRange _addresses = new(options.NodeRange);

    /// <summary>By UID. Concurrent, for it is asked for a node's exporter while a round goes on.</summary>
    private readonly ConcurrentDictionary<string, Node> _running = [];

    /// <summary>The nodes that exist, by name, and their addresses; null for one that cannot be made real.</summary>
    public IReadOnlyDictionary<string, IPAddress?> Addresses { get; private set; } = new Dictionary<string, IPAddress?>();

    public IEnumerable<Workload> Workloads => _running.Values.Select(node => node.Exporter);

    /// <summary>The node_exporter of a node; null when it has none.</summary>
    public Workload? ExporterOf(string name) =>
        _running.Values.FirstOrDefault(node => node.Name == name && !node.Exporter.IsStopping)?.Exporter;

    /// <summary>One round. What could not be done is tried again by the next one.</summary>
    public async Task ReconcileAsync(IReadOnlyList<NodeObject> nodes, CancellationToken cancellationToken)
    {
        foreach (var (uid, node) in _running.ExceptBy(nodes.Select(node => node.Uid), node => node.Key).ToList())
        {
            node.Exporter.Stop();
            if (node.Exporter.Stopped.IsCompleted)
            {
                _running.TryRemove(uid, out _);
                if (!_running.Values.Any(other => other.Address.Equals(node.Address)))
                {
                    _addresses.GiveBack(node.Address);
                }

                node.Exporter.Dispose();
            }
        }

        // The addresses that were asked for first: they are not to be given to another in the same round.
        foreach (var node in nodes.OrderBy(node => node.InternalIP is null))
        {
            await faults.TryAsync($"node {node.Name}", () => ReconcileAsync(node, cancellationToken), cancellationToken);
        }

        Addresses = nodes.ToDictionary(node => node.Name, node => _running.GetValueOrDefault(node.Uid)?.Address);
    }

    private Task ReconcileAsync(NodeObject node, CancellationToken cancellationToken)
    {
        if (!_running.TryGetValue(node.Uid, out var running))
        {
            running = node.Problem is null ? Start(node) : throw new SandboxException(node.Problem);
            _running[node.Uid] = running;
        }

        return running.Report.SendAsync(
            api, ApiClient.NodePath(node.Name), KubeletReport.OfNode(node, running.Exporter), cancellationToken);
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
            $"node {node.Name}",
            programs.NodeExporter,
            $"--web.listen-address={port.EndPoint}",
            "--no-collector.systemd")
        {
            Files = ProgramStart.FilesOf($"node-{node.Name}", node.Uid),
        };
        return new Node(node.Name, address, new Workload(launcher, program, port, time, tell), new StatusReport());
    }

    private sealed record Node(string Name, IPAddress Address, Workload Exporter, StatusReport Report);
}

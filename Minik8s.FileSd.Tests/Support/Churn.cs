using System.Globalization;
using Minik8s.ApiServer.Resources;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>
/// Nodes and pods that change all the time while their number stays about the same: they come, go, get other labels,
/// addresses and heartbeats, and enter and leave the selection. One seed gives always the same changes.
/// </summary>
/// <remarks>Names are never used twice and addresses are, as in a real cluster.</remarks>
internal sealed class Churn
{
    private readonly TestCluster _cluster;
    private readonly Random _random;
    private readonly (int Nodes, int Pods) _size;
    private readonly List<Thing> _nodes = [];
    private readonly List<Thing> _pods = [];
    private readonly Queue<string> _addresses;
    private int _names;

    public Churn(TestCluster cluster, int seed, int nodes, int pods)
    {
        (_cluster, _random, _size) = (cluster, new Random(seed), (nodes, pods));
        _addresses = new(Enumerable.Range(1, 2 * (nodes + pods)).Select(i => $"127.{10 + (i / 60_000)}.{i / 250 % 240}.{1 + (i % 250)}"));
        for (var i = 0; i < nodes; i++)
            AddNode();
        for (var i = 0; i < pods; i++)
            AddPod();
    }

    /// <summary>How many changes have been made that a watch of all nodes and of the pods with <c>log=prometheus</c> tells.</summary>
    public long Told { get; private set; }

    /// <summary>Gives one node and one pod, which are there for nothing else, this address.</summary>
    public void Mark(string address)
    {
        var mark = new Thing(ResourceKind.Nodes, "", "mark", Guid.Empty, address, Selected: true, "prometheus", 0, 0);
        Put(mark, wasSelected: false);
        Put(mark with { Kind = ResourceKind.Pods, Namespace = "churn" }, wasSelected: false);
    }

    /// <summary>One change of one object.</summary>
    public void Next()
    {
        switch (_random.Next(100))
        {
            case < 10 when _random.Next(4) > 0:
                Change(_nodes, node => node with { Round = node.Round + 1 });
                break;
            case < 10:
                Replace(_nodes, _size.Nodes, AddNode);
                break;
            case < 40:
                Change(_pods, pod => pod with { Round = pod.Round + 1 });
                break;
            case < 55:
                Change(_pods, pod => pod with { Heartbeat = pod.Heartbeat + 1 });
                break;
            case < 70:
                Change(_pods, pod => pod with { Address = Another(pod.Address) });
                break;
            case < 75:
                Change(_pods, pod => pod with { Selected = !pod.Selected });
                break;
            default:
                Replace(_pods, _size.Pods, AddPod);
                break;
        }
    }

    /// <summary>Adds one while there are too few, else removes one.</summary>
    private void Replace(List<Thing> things, int size, Action add)
    {
        if (things.Count < size || (things.Count == size && _random.Next(2) == 0))
        {
            add();
            return;
        }

        var i = _random.Next(things.Count);
        var gone = things[i];
        things.RemoveAt(i);
        _cluster.Server.Deletion.Delete(gone.Kind, gone.Namespace, gone.Name, DeleteOptions.Forced);
        _addresses.Enqueue(gone.Address);
        Told += gone.Selected ? 1 : 0;
    }

    private void Change(List<Thing> things, Func<Thing, Thing> change)
    {
        var i = _random.Next(things.Count);
        var before = things[i];
        things[i] = change(before);
        Put(things[i], before.Selected);
    }

    private void AddNode() => Add(_nodes, new(
        ResourceKind.Nodes, "", $"node-{++_names:0000000}", Guid.NewGuid(), _addresses.Dequeue(), Selected: true, "", 0, 0));

    /// <summary>Three of four are targets; the others are not selected, or have no port of the name.</summary>
    private void AddPod() => Add(_pods, new(
        ResourceKind.Pods, "churn", $"pod-{++_names:0000000}", Guid.NewGuid(), _addresses.Dequeue(),
        Selected: _random.Next(8) > 0, _random.Next(8) > 0 ? "prometheus" : "http", 0, 0));

    private void Add(List<Thing> things, Thing added)
    {
        things.Add(added);
        Put(added, wasSelected: false);
    }

    private string Another(string address)
    {
        _addresses.Enqueue(address);
        return _addresses.Dequeue();
    }

    private void Put(Thing thing, bool wasSelected)
    {
        _cluster.Server.Registry.Put(thing.Kind, thing.Kind == ResourceKind.Nodes ? Node(thing) : Pod(thing));
        Told += thing.Selected || wasSelected ? 1 : 0;
    }

    private static string Node(Thing node) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"metadata": {"name": "{{node.Name}}", "uid": "{{node.Uid}}", "creationTimestamp": "2026-01-01T00:00:00Z",
         "labels": {"kubernetes.io/hostname": "{{node.Name}}", "round": "r{{node.Round}}"} },
         "status": {"addresses": [{"type": "InternalIP", "address": "{{node.Address}}"}, {"type": "Hostname", "address": "{{node.Name}}"}],
         "conditions": [{"type": "Ready", "status": "True"}] } }
        """);

    private static string Pod(Thing pod) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"metadata": {"name": "{{pod.Name}}", "namespace": "churn", "uid": "{{pod.Uid}}", "creationTimestamp": "2026-01-01T00:00:00Z",
         "labels": {"app": "churn", "log": "{{(pod.Selected ? "prometheus" : "no")}}", "round": "r{{pod.Round}}"},
         "annotations": {"heartbeat": "{{pod.Heartbeat}}"},
         "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "churn-{{pod.Uid}}", "uid": "{{pod.Uid}}", "controller": true}] },
         "spec": {"nodeName": "worker-1", "containers": [
          {"name": "app", "image": "app:1", "ports": [{"name": "{{pod.PortName}}", "containerPort": 2112}] }] },
         "status": {"phase": "Running", "podIP": "{{pod.Address}}", "podIPs": [{"ip": "{{pod.Address}}"}], "hostIP": "127.0.1.1"} }
        """);

    /// <param name="Round">The value of a label.</param>
    /// <param name="Heartbeat">The value of something that the target file does not say.</param>
    private sealed record Thing(
        ResourceKind Kind, string Namespace, string Name, Guid Uid, string Address, bool Selected, string PortName, int Round, int Heartbeat);
}

using System.Net;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>
/// Makes the pods real: binds a pod to a node, runs a program for each container on the address of the pod, and takes all
/// of it away in the order a kubelet does: end the processes, then let go of the object.
/// </summary>
internal sealed class Pods(
    SandboxOptions options,
    Programs programs,
    Launcher launcher,
    ApiClient api,
    ObjectFaults faults,
    TimeProvider time,
    Action<string> tell)
{
    /// <summary>How long a pod may name a node that does not exist: it may come yet. As Kubernetes' garbage collector.</summary>
    private static readonly TimeSpan Quarantine = TimeSpan.FromSeconds(40);

    private readonly AddressRange _addresses = new(options.PodRange);
    private readonly Dictionary<string, Pod> _running = [];
    private readonly Dictionary<string, DateTimeOffset> _withoutNode = [];

    public IEnumerable<Workload> Workloads => _running.Values.SelectMany(pod => pod.Apps);

    /// <summary>One round. What could not be done is tried again by the next one.</summary>
    public async Task ReconcileAsync(
        IReadOnlyList<PodObject> pods, IReadOnlyDictionary<string, IPAddress?> nodes, CancellationToken cancellationToken)
    {
        foreach (var (uid, pod) in _running.ExceptBy(pods.Select(pod => pod.Uid), pod => pod.Key).ToList())
        {
            if (HasEnded(pod))
            {
                Release(uid, pod);
            }
        }

        foreach (var uid in _withoutNode.Keys.Except(pods.Select(pod => pod.Uid)).ToList())
        {
            _withoutNode.Remove(uid);
        }

        foreach (var pod in pods)
        {
            await faults.TryAsync(
                $"pod {pod.Namespace}/{pod.Name}", () => ReconcileAsync(pod, pods, nodes, cancellationToken), cancellationToken);
        }
    }

    private async Task ReconcileAsync(
        PodObject pod,
        IReadOnlyList<PodObject> pods,
        IReadOnlyDictionary<string, IPAddress?> nodes,
        CancellationToken cancellationToken)
    {
        if (_running.TryGetValue(pod.Uid, out var running))
        {
            var isWanted = nodes.TryGetValue(pod.Node ?? "", out var host) && !pod.Deleting;
            if (isWanted && running.Report.WasSent && !pod.Reported)
            {
                // Somebody has taken its status away, which says: begin anew. The next round does so, on another address.
                if (HasEnded(running))
                {
                    Release(pod.Uid, running);
                }
            }
            else if (isWanted && !running.IsStopping)
            {
                // Without its node a pod is an orphan. One that was told to end is not revived by a node of that name.
                var status = KubeletReport.OfPod(pod, running.Apps, host);
                await running.Report.SendAsync(api, pod.Path, status, cancellationToken);
            }
            else if (HasEnded(running))
            {
                await api.ForgetPodAsync(pod.Path, pod.Uid, cancellationToken);
                Release(pod.Uid, running);
            }
        }
        else if (pod.Deleting)
        {
            await api.ForgetPodAsync(pod.Path, pod.Uid, cancellationToken);
        }
        else if (pod.Node is { } node && !nodes.ContainsKey(node))
        {
            if (!_withoutNode.TryGetValue(pod.Uid, out var since))
            {
                _withoutNode.Add(pod.Uid, time.GetUtcNow());
            }
            else if (time.GetUtcNow() - since >= Quarantine)
            {
                await api.ForgetPodAsync(pod.Path, pod.Uid, cancellationToken);
                tell($"Deleted pod {pod.Namespace}/{pod.Name}: its node {node} does not exist.");
            }
        }
        else if (pod.Problem is not null)
        {
            throw new SandboxException(pod.Problem);
        }
        else if (pod.Node is null)
        {
            // The node with the fewest pods; none yet: the pod stays pending, as it would.
            if (nodes.Where(node => node.Value is not null).Select(node => node.Key)
                .MinBy(node => (pods.Count(other => other.Node == node), node)) is { } fewest)
            {
                await api.BindAsync(pod.Path, fewest, cancellationToken);
            }
        }
        else if (nodes[pod.Node] is not null)
        {
            _withoutNode.Remove(pod.Uid);
            _running.Add(pod.Uid, Start(pod));
        }
    }

    /// <returns>Whether it has ended; otherwise it is about to.</returns>
    private static bool HasEnded(Pod pod)
    {
        pod.Apps.ForEach(app => app.Stop());
        return pod.Apps.TrueForAll(app => app.Stopped.IsCompleted);
    }

    private void Release(string uid, Pod pod)
    {
        _running.Remove(uid);
        _addresses.GiveBack(pod.Address);
        pod.Apps.ForEach(app => app.Dispose());
    }

    private Pod Start(PodObject pod)
    {
        var address = _addresses.Take();
        return new Pod(address, [.. pod.Containers.Select(container => Start(pod, container, address))], new StatusReport());
    }

    private Workload Start(PodObject pod, ContainerObject container, IPAddress address)
    {
        var name = pod.Containers is [_] ? $"pod {pod.Namespace}/{pod.Name}" : $"pod {pod.Namespace}/{pod.Name}, {container.Name}";
        var port = new Port(new IPEndPoint(address, container.Port), name, "--pod-range");
        var program = new ProgramStart(name, programs.MetricsApp, "--listen", port.EndPoint.ToString())
        {
            Files = ProgramStart.FilesOf($"pod-{pod.Namespace}-{pod.Name}", $"{pod.Uid}-{container.Name}"),
        };
        return new Workload(launcher, program, port, time, tell);
    }

    private sealed record Pod(IPAddress Address, List<Workload> Apps, StatusReport Report)
    {
        public bool IsStopping => Apps.Exists(app => app.IsStopping);
    }
}

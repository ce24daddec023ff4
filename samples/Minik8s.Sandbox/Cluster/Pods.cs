using System.Net;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>
/// Makes the pods real: binds a pod to a node, runs its program on an address of its own, and takes both away in the
/// order a kubelet does: end the process, then let go of the object.
/// </summary>
internal sealed class Pods(
    SandboxOptions options, Programs programs, Launcher launcher, ApiClient api, TimeProvider time, Action<string> tell)
{
    private readonly AddressRange _addresses = new(options.PodRange);
    private readonly Dictionary<string, Pod> _running = [];

    public IEnumerable<Workload> Workloads => _running.Values.Select(pod => pod.App);

    /// <summary>One round. What could not be done is tried again by the next one.</summary>
    public async Task ReconcileAsync(
        IReadOnlyList<PodObject> pods, IReadOnlyDictionary<string, IPAddress> nodes, CancellationToken cancellationToken)
    {
        foreach (var (uid, pod) in _running.ExceptBy(pods.Select(pod => pod.Uid), pod => pod.Key).ToList())
        {
            End(uid, pod);
        }

        foreach (var pod in pods)
        {
            try
            {
                await ReconcileAsync(pod, pods, nodes, cancellationToken);
            }
            catch (ApiException refusal) when (refusal.Code is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
            {
                // Deleted or replaced between the list and now: the next round sees it as it is.
            }
        }
    }

    private async Task ReconcileAsync(
        PodObject pod,
        IReadOnlyList<PodObject> pods,
        IReadOnlyDictionary<string, IPAddress> nodes,
        CancellationToken cancellationToken)
    {
        if (_running.TryGetValue(pod.Uid, out var running))
        {
            // Without its node a pod is an orphan; Kubernetes' garbage collector deletes those.
            if (!pod.Deleting && nodes.TryGetValue(pod.Node!, out var host))
            {
                var status = KubeletReport.OfPod(pod, running.App, host);
                await running.Report.SendAsync(api, pod.Path, status, cancellationToken);
            }
            else if (End(pod.Uid, running))
            {
                await api.ForgetPodAsync(pod.Path, pod.Uid, cancellationToken);
            }
        }
        else if (pod.Deleting)
        {
            await api.ForgetPodAsync(pod.Path, pod.Uid, cancellationToken);
        }
        else if (pod.Node is null)
        {
            // The node with the fewest pods; none yet: the pod stays pending, as it would.
            if (nodes.Keys.MinBy(node => (pods.Count(other => other.Node == node), node)) is { } node)
            {
                await api.BindAsync(pod.Path, node, cancellationToken);
            }
        }
        else if (nodes.ContainsKey(pod.Node))
        {
            _running.Add(pod.Uid, Start(pod));
        }
    }

    /// <returns>Whether it has ended; otherwise it is about to.</returns>
    private bool End(string uid, Pod pod)
    {
        pod.App.Stop();
        if (!pod.App.Stopped.IsCompleted)
        {
            return false;
        }

        _running.Remove(uid);
        _addresses.GiveBack(pod.Address);
        pod.App.Dispose();
        return true;
    }

    private Pod Start(PodObject pod)
    {
        var address = _addresses.Take();
        var port = new Port(new IPEndPoint(address, pod.Port), $"pod {pod.Namespace}/{pod.Name}", "--pod-range");
        var program = new ProgramStart(
            $"pod-{pod.Namespace}-{pod.Name}", programs.MetricsApp, "--listen", port.EndPoint.ToString());
        return new Pod(address, new Workload(launcher, program, port, time, tell), new StatusReport());
    }

    private sealed record Pod(IPAddress Address, Workload App, StatusReport Report);
}

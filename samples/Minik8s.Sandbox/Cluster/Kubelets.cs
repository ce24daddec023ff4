using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>
/// Stands in for the scheduler, the kubelets and the pod garbage collector: looks four times a second at the objects
/// and makes the processes match them.
/// </summary>
internal sealed class Kubelets : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private readonly ApiClient _api;
    private readonly TimeProvider _time;
    private readonly Action<string> _tell;
    private readonly ObjectFaults _faults;
    private readonly Nodes _nodes;
    private readonly Pods _pods;
    private readonly Task _running;

    public Kubelets(
        SandboxOptions options, Programs programs, Launcher launcher, ApiClient api, TimeProvider time, Action<string> tell)
    {
        (_api, _time, _tell) = (api, time, tell);
        _faults = new ObjectFaults(tell);
        _nodes = new Nodes(options, programs, launcher, api, _faults, time, tell);
        _pods = new Pods(options, programs, launcher, api, _faults, time, tell);
        _running = RunAsync(_stop.Token);
    }

    /// <exception cref="SandboxException">There is no such node, or nothing runs for it.</exception>
    public Workload ExporterOf(string node) =>
        _nodes.ExporterOf(node) ?? throw new SandboxException($"node {node} has no node_exporter");

    /// <summary>Ends every node's and every pod's process; the objects stay as they are.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        var workloads = _nodes.Workloads.Concat(_pods.Workloads).ToList();
        workloads.ForEach(workload => workload.Stop());
        await Task.WhenAll(workloads.Select(workload => workload.Stopped));
        workloads.ForEach(workload => workload.Dispose());
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var period = new PeriodicTimer(Period, _time);
        string? told = null;
        try
        {
            do
            {
                var fault = await RoundAsync(cancellationToken);
                if (fault is not null && fault != told)
                {
                    _tell($"The kubelets cannot do their work: {fault}");
                }

                told = fault;
            }
            while (await period.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <returns>What went wrong; null when nothing did. Whatever it was, the next round tries again.</returns>
    private async Task<string?> RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            var nodes = await _api.ListAsync("nodes", cancellationToken);
            var pods = await _api.ListAsync("pods", cancellationToken);
            await _nodes.ReconcileAsync([.. nodes.Select(NodeObject.From)], cancellationToken);
            await _pods.ReconcileAsync([.. pods.Select(PodObject.From)], _nodes.Addresses, cancellationToken);
            _faults.EndRound();
            return null;
        }
        catch (Exception fault)
        {
            return cancellationToken.IsCancellationRequested ? null : fault.Message;
        }
    }
}

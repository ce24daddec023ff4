using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>The program of a node or of a pod, started again when it ends by itself, until it is told to stop.</summary>
internal sealed class Workload : IDisposable
{
    /// <summary>As a kubelet's: 10 s, doubled by every restart, 5 min at most.</summary>
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Launcher _launcher;
    private readonly ProgramStart _program;
    private readonly TimeProvider _time;
    private readonly Action<string> _tell;
    private readonly Lock _lock = new();
    private volatile WorkloadStatus _status;
    private ChildProcess? _process;
    private TaskCompletionSource? _hold;

    public Workload(Launcher launcher, ProgramStart program, Port port, TimeProvider time, Action<string> tell)
    {
        (_launcher, _program, Port, _time, _tell) = (launcher, program, port, time, tell);
        _status = new WorkloadStatus(WorkloadPhase.Starting, Restarts: 0, time.GetUtcNow());
        Created = _status.Since;
        Stopped = RunAsync(_stop.Token);
    }

    public Port Port { get; }

    public DateTimeOffset Created { get; }

    public WorkloadStatus Status => _status;

    /// <summary>Completes once the workload was told to stop and its process has ended. Never fails.</summary>
    public Task Stopped { get; }

    /// <summary>Whether it was told to stop.</summary>
    public bool IsStopping => _stop.IsCancellationRequested;

    public void Stop() => _stop.Cancel();

    /// <summary>Kills its process. It is not started again before it is released.</summary>
    public void KillAndHold()
    {
        lock (_lock)
        {
            _hold ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _process?.Kill();
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _hold?.SetResult();
            _hold = null;
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var restarts = 0; ; restarts++)
            {
                var backoff = FirstBackoff * Math.Pow(2, Math.Min(restarts, 10));
                backoff = backoff < LongestBackoff ? backoff : LongestBackoff;
                var end = await RunOnceAsync(restarts, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                _status = new WorkloadStatus(WorkloadPhase.BackOff, restarts, _time.GetUtcNow());
                _tell(Held().IsCompleted
                    ? $"{end}\nIt is started again in {backoff.TotalSeconds:0} s."
                    : $"{_program.Name} was killed. It is not started again before it is released.");
                await Task.Delay(backoff, _time, cancellationToken);
                await Held().WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop; the process was ended on the way here.
        }
    }

    /// <summary>Completes when nobody keeps it from being started.</summary>
    private Task Held()
    {
        lock (_lock)
        {
            return _hold?.Task ?? Task.CompletedTask;
        }
    }

    private void Runs(ChildProcess? process)
    {
        lock (_lock)
        {
            _process = process;
            if (_hold is not null)
            {
                process?.Kill();
            }
        }
    }

    /// <returns>Why it ended.</returns>
    private async Task<string> RunOnceAsync(int restarts, CancellationToken cancellationToken)
    {
        _status = new WorkloadStatus(WorkloadPhase.Starting, restarts, _time.GetUtcNow());
        try
        {
            if (Port.Conflict() is { } conflict)
            {
                return $"{_program.Name} cannot start: {conflict}";
            }

            await using var process = await _launcher.StartAsync(_program);
            Runs(process);
            await process.ReadyAsync(Port.IsOpenAsync, _time, cancellationToken);
            _status = new WorkloadStatus(WorkloadPhase.Running, restarts, _time.GetUtcNow());
            await process.Exited.WaitAsync(cancellationToken);
            return process.Obituary;
        }
        catch (SandboxException fault)
        {
            return fault.Message;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // No disk, no memory, no process id: someone may mend that meanwhile, as for anything else it ends of.
            return $"{_program.Name} cannot run: {fault.Message}";
        }
        finally
        {
            Runs(null);
        }
    }
}

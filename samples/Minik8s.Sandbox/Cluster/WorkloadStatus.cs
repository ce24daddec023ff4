namespace Minik8s.Sandbox.Cluster;

/// <summary>How a workload is.</summary>
/// <param name="Phase">Whether it runs.</param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="Since">When that became so.</param>
internal sealed record WorkloadStatus(WorkloadPhase Phase, int Restarts, DateTimeOffset Since)
{
    public bool Ready => Phase == WorkloadPhase.Running;

    /// <summary>Whether it never ran so far.</summary>
    public bool First => Phase == WorkloadPhase.Starting && Restarts == 0;
}

internal enum WorkloadPhase
{
    /// <summary>Its port is not open yet.</summary>
    Starting,

    /// <summary>Its port is open.</summary>
    Running,

    /// <summary>It ended by itself and is started again after a while.</summary>
    BackOff,
}

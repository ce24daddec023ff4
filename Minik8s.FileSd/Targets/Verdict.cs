namespace Minik8s.FileSd.Targets;

/// <summary>What became of an object: its targets, or exactly one reason why it has none.</summary>
internal abstract record Verdict
{
    private Verdict() { }

    /// <param name="Groups">At least one.</param>
    public sealed record Target(IReadOnlyList<TargetGroup> Groups) : Verdict;

    /// <param name="Fact">What was seen, to be read behind the reason.</param>
    public sealed record NotTarget(Reason Reason, string Fact) : Verdict;

    /// <summary>
    /// Makes a projection total: whatever one object holds, it is that object's own misfortune and no other's.
    /// </summary>
    public static Func<T, Verdict> Total<T>(Func<T, Verdict> project) => item =>
    {
        try
        {
            return project(item);
        }
        catch (Exception fault)
        {
            return new NotTarget(Reason.ObjectUnreadable, fault.Message);
        }
    };
}

/// <summary>Why an object is not a target.</summary>
internal enum Reason
{
    /// <summary>The node has no address of a known type.</summary>
    NodeWithoutAddress,

    /// <summary>The node's address is neither an IP address nor a host name.</summary>
    NodeAddressInvalid,

    /// <summary>The pod has not begun to run, or its state is unknown.</summary>
    PodNotRunning,

    /// <summary>The pod has ended, with success or not.</summary>
    PodFinished,

    /// <summary>The pod has no IP address yet.</summary>
    PodWithoutAddress,

    /// <summary>What the pod has for an IP address is none.</summary>
    PodAddressInvalid,

    /// <summary>No container has a port of the name that is looked for.</summary>
    PodWithoutPort,

    /// <summary>The port of that name is UDP or SCTP, which Prometheus cannot scrape.</summary>
    PortNotTcp,

    /// <summary>The port's number is not within 1 to 65535.</summary>
    PortInvalid,

    /// <summary>The object is such as no API server should send, and could not be judged.</summary>
    ObjectUnreadable,
}

namespace Minik8s.FileSd.Targets;

/// <summary>What became of an object: its targets, or exactly one reason why it has none.</summary>
internal abstract record Verdict
{
    private Verdict() { }

    /// <summary>The labels that a node gives to the targets of its pods; null for none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? LabelsForPods { get; init; }

    /// <summary>The address of a node, by which pods are told apart that do not name theirs; null for none.</summary>
    public string? Host { get; init; }

    /// <param name="Groups">At least one.</param>
    /// <param name="Remarks">What was left out; empty when nothing was.</param>
    public sealed record Target(IReadOnlyList<TargetGroup> Groups, IReadOnlyList<Remark> Remarks) : Verdict
    {
        /// <summary>Of two pods with one address the newer one has it. Null where addresses are not contested.</summary>
        public DateTimeOffset? Created { get; init; }

        /// <summary>The node whose labels its targets get besides; null for none.</summary>
        public string? Node { get; init; }

        /// <summary>The address of its node, where the server does not tell which node that is; null where it does.</summary>
        public string? HostOfNode { get; init; }
    }

    /// <param name="Fact">What was seen, to be read behind the reason.</param>
    public sealed record NotTarget(Reason Reason, string Fact) : Verdict;

    /// <summary>
    /// Makes a projection total: whatever one object holds, it is that object's own misfortune and no other's. So it is
    /// where it could not even be decoded.
    /// </summary>
    public static Func<T, Verdict> Total<T>(Func<T, Verdict> project) => item =>
    {
        try
        {
            return item is Cluster.IResource { Undecodable: { } wrong } ? new NotTarget(Reason.ObjectUnreadable, wrong) : project(item);
        }
        catch (Exception fault)
        {
            return new NotTarget(Reason.ObjectUnreadable, fault.Message);
        }
    };
}

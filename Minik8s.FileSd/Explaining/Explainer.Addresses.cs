using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Explaining;

/// <remarks>Whose an address is.</remarks>
internal sealed partial class Explainer
{
    private const int MostOwners = 5;

    private async Task<Explanation> TargetAsync(Subject subject, CancellationToken stop)
    {
        var host = subject.Name[..subject.Name.LastIndexOf(':')].Trim('[', ']');
        var findings = new Findings();
        var faults = new List<string>();
        foreach (var isPod in (bool[])[true, false])
        {
            var (file, _) = await FileAsync(isPod, stop);
            if (file?.Newest?.Lines.FirstOrDefault(line => line.Address == subject.Name) is { Group: not null } line)
                return await OfTargetAsync(subject, isPod, line.Object, stop);
        }

        var (pods, podFault) = await AskAsync(limit => cluster.PodsAtAsync(host, limit), stop);
        var (nodes, nodeFault) = await AskAsync(limit => cluster.NodesAtAsync(host, limit), stop);
        var owners = new List<Explanation>();
        foreach (var pod in (pods?.Objects ?? []).Take(MostOwners))
            owners.Add(await PodAsync(new(SubjectKind.Pod, pod.Metadata.Key.ToString()), new(), pod, pods!.Dialect, stop));

        // The target of a node in another shard is in no file here, though pods of the node's network have the address as well.
        if (nodes?.Objects is [var node, ..] && (owners.Count == 0 || options.Shard is not null))
            owners.Add(await NodeAsync(new(SubjectKind.Node, node.Metadata.Name ?? ""), new(), node, nodes.Dialect, stop));

        // Of several at one address the one that is scraped there says more.
        if ((owners.Find(each => each.Elsewhere.Contains(subject.Name)) ?? owners.Find(each => each.IsTarget == true) ?? owners.FirstOrDefault()) is { } owner)
            return NotItsTarget(subject, owner);
        foreach (var fault in (string?[])[podFault, nodeFault])
        {
            if (fault is not null && !faults.Contains(fault))
                faults.Add(fault);
        }

        if (faults.Count > 0)
        {
            findings.DoNotKnow(FoundCheck, $"no target has the address {subject.Name}, and the API server cannot be asked whose it is: {string.Join("; ", faults)}");
            return new(subject, null, null, $"{subject} is none that is known, and the API server cannot be asked", [], findings.Checks, files.Source);
        }

        findings.Fail(FoundCheck, $"no target has the address {subject.Name}, and no pod or node has {host}", "what is outside of the cluster needs a job of its own in Prometheus");
        return new(subject, false, NotFound, $"{subject} is not a target: nothing has this address", [], findings.Checks, files.Source);
    }

    private async Task<Explanation> OfTargetAsync(Subject subject, bool isPod, ObjectKey key, CancellationToken stop)
    {
        var own = new Subject(isPod ? SubjectKind.Pod : SubjectKind.Node, key.ToString());
        var explanation = isPod ? await PodAsync(own, stop) : await NodeAsync(own, stop);
        return explanation with
        {
            Subject = subject,
            Checks = [new(Fixes.Address, CheckOutcome.Passed, Printable.Of($"{subject.Name} is that of the {own}")), .. explanation.Checks],
        };
    }

    /// <summary>Somebody has the host, and no target has the address.</summary>
    private Explanation NotItsTarget(Subject subject, Explanation owner)
    {
        if (owner.Targets.Contains(subject.Name))
            return owner with { Subject = subject };
        var whose = Printable.Of($"the {owner.Subject} has the address {subject.Name[..subject.Name.LastIndexOf(':')]}");
        if (owner.Elsewhere.Contains(subject.Name))
        {
            // Where the owner has targets here as well, what is said of them is not said of this one.
            var fact = options.Shard!.WhereAre([subject.Name]);
            return owner with
            {
                Subject = subject,
                IsTarget = false,
                Verdict = SnakeCase.Of(Reason.OtherShard),
                Summary = $"{subject} is not a target here: {fact}",
                Targets = [],
                Checks =
                [
                    new(Fixes.Address, CheckOutcome.Passed, whose),
                    .. owner.IsTarget == true
                        ? [.. owner.Checks.TakeWhile(check => check.Name != Fixes.Shard), new(Fixes.Shard, CheckOutcome.Failed, fact, Fixes.InOtherShard)]
                        : owner.Checks,
                ],
            };
        }

        List<string> scraped = [.. owner.Targets, .. owner.Elsewhere];
        return scraped.Count > 0
            ? owner with
            {
                Subject = subject,
                IsTarget = false,
                Verdict = NotFound,
                Targets = [],
                Summary = $"{subject} is not a target: nothing is scraped there; {whose} and is scraped at {string.Join(", ", scraped)}",
                Checks =
                [
                    new(Fixes.Port, CheckOutcome.Failed, $"{whose} and is scraped at {string.Join(", ", scraped)}",
                        "the port is chosen by its name (--pod.port-name), by prometheus.io/port, and of nodes by --node.port"),
                    .. owner.Checks,
                ],
            }
            : owner with
            {
                Subject = subject,
                Summary = $"{subject} is not a target: {whose}, and {owner.Summary}",
                Checks = [new(Fixes.Address, CheckOutcome.Passed, whose), .. owner.Checks],
            };
    }
}

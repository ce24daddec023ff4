using Minik8s.FileSd.Cluster;

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
        Explanation? ofPod = null;
        foreach (var pod in (pods?.Objects ?? []).Take(MostOwners))
        {
            // Of several pods at one address the one that is scraped there says more.
            var its = await PodAsync(new(SubjectKind.Pod, pod.Metadata.Key.ToString()), new(), pod, pods!.Dialect, stop);
            ofPod = ofPod is { IsTarget: true } || (ofPod is not null && its.IsTarget != true) ? ofPod : its;
        }

        if (ofPod is not null)
            return NotItsTarget(subject, ofPod);
        if (nodes?.Objects is [var node, ..])
            return NotItsTarget(subject, await NodeAsync(new(SubjectKind.Node, node.Metadata.Name ?? ""), new(), node, nodes.Dialect, stop));
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
    private static Explanation NotItsTarget(Subject subject, Explanation owner)
    {
        if (owner.Targets.Contains(subject.Name))
            return owner with { Subject = subject };
        var whose = Printable.Of($"the {owner.Subject} has the address {subject.Name[..subject.Name.LastIndexOf(':')]}");
        return owner.IsTarget == true
            ? owner with
            {
                Subject = subject,
                IsTarget = false,
                Verdict = NotFound,
                Targets = [],
                Summary = $"{subject} is not a target: nothing is scraped there; {whose} and is scraped at {string.Join(", ", owner.Targets)}",
                Checks =
                [
                    new(Fixes.Port, CheckOutcome.Failed, $"{whose} and is scraped at {string.Join(", ", owner.Targets)}",
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

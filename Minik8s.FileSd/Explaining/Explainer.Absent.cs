using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Explaining;

/// <remarks>What is to be said where the API server has no such object, or cannot be asked.</remarks>
internal sealed partial class Explainer
{
    private async Task<Explanation> NoPodAsync(Subject subject, Findings findings, Dialect dialect, CancellationToken stop)
    {
        var key = subject.Key;
        var elsewhere = "";
        IReadOnlyList<string>? near = null;
        if (key.Namespace.Length > 0)
        {
            var (others, _) = await AskAsync(limit => cluster.PodAsync(key with { Namespace = "" }, limit), stop);
            elsewhere = string.Join(", ", (others?.Objects ?? []).Select(pod => Printable.Of(pod.Metadata.Key.ToString())));
        }

        if (elsewhere.Length == 0)
            (near, _) = await AskAsync(limit => cluster.NearPodsAsync(key, limit), stop);
        return await GoneAsync(subject, findings, new("pod", key.Namespace.Length == 0 ? new("default", key.Name) : key, dialect), elsewhere, near ?? [], stop);
    }

    /// <summary>The API server does not have it.</summary>
    private async Task<Explanation> GoneAsync(
        Subject subject, Findings findings, Owner owner, string elsewhere, IReadOnlyList<string> near, CancellationToken stop)
    {
        var (file, fault) = await FileAsync(subject.Kind == SubjectKind.Pod, stop);
        var known = file?.Newest?.Find(owner.Key);
        var name = Printable.Of(subject.Kind == SubjectKind.Pod && subject.Key.Namespace.Length == 0 ? owner.Key.Name : owner.Key.ToString());
        if (file is { Held: > 0 } && known is { Groups.Count: > 0 })
        {
            var addresses = known.Groups.Select(group => group.Address).ToList();
            findings.Warn(FoundCheck, $"the API server has no {owner.Kind} {name}");
            findings.Warn(
                "guard", Printable.Of($"its targets stay, for its list may be wrong: {string.Join("; ", file.Missing)}"),
                "wait for the next list, some seconds later; --guard.max-drop says which lists are doubted");
            return await EndAsync(subject, findings, owner, known, addresses, Target, file, fault, stop);
        }

        var others = elsewhere.Length > 0 ? $"; there is {elsewhere}"
            : near.Count > 0 ? $"; there {(near.Count == 1 ? "is" : "are")} {string.Join(", ", near.Select(Printable.Short))}" : "";
        findings.Fail(
            FoundCheck, $"the API server has no {owner.Kind} {name}{others}",
            elsewhere.Length > 0 ? "name that namespace"
            : near.Count == 1 ? "is that the one?" : near.Count > 1 ? "is it one of these?"
            : owner.Dialect == Dialect.Kubernetes ? $"see what there is: kubectl get {owner.Kind}s{(subject.Kind == SubjectKind.Pod ? " -A" : "")}" : $"see what {owner.Kind}s there are");
        return await EndAsync(subject, findings, owner, null, [], NotFound, file, fault, stop);
    }

    /// <summary>The API server cannot be asked: what is known of the object is told.</summary>
    private async Task<Explanation> UnaskedAsync(Subject subject, Findings findings, string kind, ObjectKey key, string why, CancellationToken stop)
    {
        findings.DoNotKnow(FoundCheck, $"the API server cannot be asked: {why}");
        var owner = new Owner(kind, key, options.Dialect ?? Dialect.Kubernetes);
        var (file, fault) = await FileAsync(subject.Kind == SubjectKind.Pod, stop);
        if ((file?.Newest ?? file?.Written)?.Find(key) is not { } known)
        {
            return new(
                subject, null, null, Printable.Of($"{owner} is not known, and the API server cannot be asked: {why}"), [],
                [.. findings.Checks, .. file is null ? (ExplainCheck[])[new("file", CheckOutcome.Unknown, $"what there was before is not known: {fault}")] : []], files.Source);
        }

        findings.Warn("known", "what follows is what was known of it when the API server was last heard");
        if (known.Reason is { } reason)
            findings.Fail(Fixes.Check(reason), Reasons.Text(reason), Fixes.Of(reason, owner, options));
        var own = FileChecks.AddRendered(findings, owner, known, file);
        var verdict = known.Reason is { } not ? SnakeCase.Of(not) : own.Count == 0 ? SnakeCase.Of(Reason.AddressTaken) : Target;
        return await EndAsync(subject, findings, owner, known, own, verdict, file, fault, stop);
    }
}

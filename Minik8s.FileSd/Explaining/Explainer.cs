using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Explaining;

/// <summary>
/// Goes the way from an object to a scrape: what the API server has of it now, what the projection makes of that, what the
/// file says, what Prometheus says. The verdict is that of the daemon's own projections; all else only explains it.
/// </summary>
/// <param name="prometheus">Null where nobody asks Prometheus.</param>
internal sealed class Explainer(
    ClusterLookup cluster,
    IKnownFiles files,
    IPrometheusView? prometheus,
    FileSdOptions options,
    TimeProvider time) : IExplainer, IDisposable
{
    private const string NotFound = "not_found";
    private const string NotSelected = "not_selected";
    private const string Target = "target";
    private const string FoundCheck = "found";

    /// <summary>Of the API server and of Prometheus, each.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public Func<Pod, Verdict> ProjectPod { get; init; } = options.PodProjection.Project;

    public Func<Node, Verdict> ProjectNode { get; init; } = options.NodeProjection.Project;

    /// <summary>Each asks the API server, and some for a whole list: whoever asks much waits for himself.</summary>
    private readonly SemaphoreSlim _turns = new(2);

    public async Task<Explanation> ExplainAsync(Subject subject, CancellationToken stop)
    {
        try
        {
            subject.Checked();
        }
        catch (FormatException wrong)
        {
            return new(subject, null, null, $"nothing can be said of it: {wrong.Message}", [], [new(FoundCheck, CheckOutcome.Unknown, wrong.Message)], files.Source);
        }

        await _turns.WaitAsync(stop);
        try
        {
            return subject.Kind switch
            {
                SubjectKind.Pod => await PodAsync(subject, stop),
                SubjectKind.Node => await NodeAsync(subject, stop),
                _ => await TargetAsync(subject, stop),
            };
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task<Explanation> PodAsync(Subject subject, CancellationToken stop)
    {
        var findings = new Findings();
        var key = subject.Key;
        var (found, fault) = await AskAsync(limit => cluster.PodAsync(key, limit), stop);
        if (found is null)
            return await UnaskedAsync(subject, findings, "pod", key.Namespace.Length == 0 ? new("default", key.Name) : key, fault!, stop);
        if (found.Objects.Count == 0)
            return await NoPodAsync(subject, findings, found.Dialect, stop);
        var pod = found.Objects.FirstOrDefault(each => found.Objects.Count == 1 || each.Metadata.Namespace == "default");
        var all = string.Join(", ", found.Objects.Select(each => Printable.Of(each.Metadata.Key.ToString())));
        if (pod is null)
        {
            findings.DoNotKnow(FoundCheck, $"pods of this name are in several namespaces: {all}", "name one of them as NAMESPACE/NAME");
            return new(subject, null, null, $"pod {key.Name} is there several times: {all}", [], findings.Checks, files.Source);
        }

        if (found.Objects.Count > 1)
            findings.Warn(FoundCheck, $"it is that of the namespace default; pods of this name are {all}", "name another one as NAMESPACE/NAME");
        return await PodAsync(subject with { Name = pod.Metadata.Key.ToString() }, findings, pod, found.Dialect, stop);
    }

    private async Task<Explanation> PodAsync(Subject subject, Findings findings, Pod pod, Dialect dialect, CancellationToken stop)
    {
        var owner = Owner.Of(pod, dialect);
        findings.Pass(FoundCheck, $"the API server has the pod {Printable.Of(owner.Key.ToString())}");
        if (pod is not { Undecodable: not null, Metadata.Labels: null })
        {
            AddNamespace(findings, owner.Key.Namespace);
            new SelectorChecks(options.PodSelector, "--pod.selector").AddTo(findings, pod.Metadata, owner);
        }

        var isSelected = findings.Failure is null;
        var project = Verdict.Total(ProjectPod);
        PodChecks.AddTo(findings, pod, owner, project, options);
        return await FromObjectAsync(subject, findings, owner, project(pod), isSelected, stop);
    }

    private async Task<Explanation> NodeAsync(Subject subject, CancellationToken stop)
    {
        var findings = new Findings();
        var (found, fault) = await AskAsync(limit => cluster.NodeAsync(subject.Name, limit), stop);
        if (found is null)
            return await UnaskedAsync(subject, findings, "node", subject.Key, fault!, stop);
        if (found.Objects is [var node, ..])
            return await NodeAsync(subject, findings, node, found.Dialect, stop);
        var (near, _) = await AskAsync(limit => cluster.NearNodesAsync(subject.Name, limit), stop);
        return await GoneAsync(subject, findings, new("node", subject.Key, found.Dialect), "", near ?? [], stop);
    }

    private async Task<Explanation> NodeAsync(Subject subject, Findings findings, Node node, Dialect dialect, CancellationToken stop)
    {
        var owner = new Owner("node", node.Key, dialect);
        findings.Pass(FoundCheck, $"the API server has the node {Printable.Of(owner.Key.Name)}");
        if (node is not { Undecodable: not null, Metadata.Labels: null })
            new SelectorChecks(options.NodeSelector, "--node.selector").AddTo(findings, node.Metadata, owner);
        var isSelected = findings.Failure is null;
        var project = Verdict.Total(ProjectNode);
        NodeChecks.AddTo(findings, node, owner, project, options);
        return await FromObjectAsync(subject, findings, owner, project(node), isSelected, stop);
    }

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
        if (pods?.Objects is [var pod, ..])
            return NotItsTarget(subject, await PodAsync(new(SubjectKind.Pod, pod.Metadata.Key.ToString()), new(), pod, pods.Dialect, stop));
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
                Summary = $"{subject} is not a target: {whose} and is scraped at {string.Join(", ", owner.Targets)}",
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
                Summary = $"{subject} is not a target: {owner.Summary}",
                Checks = [new(Fixes.Address, CheckOutcome.Passed, whose), .. owner.Checks],
            };
    }

    private void AddNamespace(Findings findings, string @namespace)
    {
        if (options.PodNamespaces.Count == 0)
            findings.Pass("namespace", "the pods of all namespaces are followed");
        else if (options.PodNamespaces.Contains(@namespace))
            findings.Pass("namespace", $"the pods of {@namespace} are followed");
        else
            findings.Fail(
                "namespace", $"--pod.namespace follows {string.Join(", ", options.PodNamespaces)}, and not {Printable.Short(@namespace)}",
                $"--pod.namespace={Owner.Word(string.Join(',', options.PodNamespaces.Append(@namespace)))}");
    }

    private async Task<Explanation> FromObjectAsync(
        Subject subject, Findings findings, Owner owner, Verdict verdict, bool isSelected, CancellationToken stop)
    {
        var (file, fileFault) = await FileAsync(subject.Kind == SubjectKind.Pod, stop);
        var rendered = RenderedTargets.Of(verdict).OrAsBefore((file?.Written ?? file?.Newest)?.Find(owner.Key));
        if (!isSelected)
            rendered = new([], rendered.Reason, []);
        else if (rendered.Groups.Count > 0)
            findings.Soften(Fixes.Check(Reason.ObjectUnreadable));
        var own = FileChecks.AddRendered(findings, owner, rendered, file);
        if (rendered is { Groups: [], Reason: Reason.GroupInvalid })
            findings.Fail(Fixes.Check(Reason.GroupInvalid), Reasons.Text(Reason.GroupInvalid), Fixes.Of(Reason.GroupInvalid, owner, options));
        var verdictName = !isSelected ? NotSelected
            : rendered.Reason is { } reason ? SnakeCase.Of(reason)
            : own.Count == 0 ? SnakeCase.Of(Reason.AddressTaken)
            : Target;
        return await EndAsync(subject, findings, owner, rendered, own, verdictName, file, fileFault, stop);
    }

    private async Task<Explanation> EndAsync(
        Subject subject, Findings findings, Owner owner, RenderedTargets? rendered, IReadOnlyList<string> own, string verdict,
        KnownFile? file, string? fileFault, CancellationToken stop)
    {
        // What keeps it from being a target; what is found from here on keeps it from being scraped.
        var failure = findings.Failure;
        if (file is null)
            findings.DoNotKnow("file", $"what the others are is not known: {fileFault}");
        else
            FileChecks.AddWritten(findings, owner, rendered, own, file);
        if (own.Count > 0 && file is not null)
            await AddScrapesAsync(findings, own, file.Name, stop);
        if (verdict != Target)
            return new(subject, false, verdict, Printable.Of($"{owner} is not a target: {failure?.Fact}"), [], findings.Checks, files.Source);
        var trouble = findings.Checks.FirstOrDefault(check => check.Outcome == CheckOutcome.Failed && check != failure);
        return new(
            subject, true, Target, Printable.Of($"{owner} is a target, {string.Join(", ", own)}{(trouble is null ? "" : $", but {trouble.Fact}")}"), own, findings.Checks, files.Source);
    }

    private async Task AddScrapesAsync(Findings findings, IReadOnlyList<string> own, string fileName, CancellationToken stop)
    {
        var (state, fault) = prometheus is null ? (null, null) : await AskAsync(async limit => prometheus.State ?? await prometheus.AskAsync(limit), stop);
        if (fault is not null)
            findings.DoNotKnow("prometheus", $"Prometheus cannot be asked: {fault}");
        else
            ScrapeChecks.AddTo(findings, own, fileName, state);
    }

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
            : near.Count > 0 ? $"; there is {string.Join(", ", near.Select(Printable.Short))}" : "";
        findings.Fail(
            FoundCheck, $"the API server has no {owner.Kind} {name}{others}",
            elsewhere.Length > 0 ? "name that namespace"
            : near.Count > 0 ? "name one of these"
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

    private Task<(KnownFile? File, string? Fault)> FileAsync(bool isOfPods, CancellationToken stop) =>
        AskAsync(limit => isOfPods ? files.PodsAsync(limit) : files.NodesAsync(limit), stop);

    /// <summary>What cannot be asked for, or takes too long, is a fault in words.</summary>
    private async Task<(T? Answer, string? Fault)> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken stop)
        where T : class?
    {
        using var overdue = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, stop);
        try
        {
            return (await ask(either.Token), null);
        }
        catch (OperationCanceledException) when (overdue.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return (null, $"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            return (null, FaultText.Of(fault));
        }
    }
}

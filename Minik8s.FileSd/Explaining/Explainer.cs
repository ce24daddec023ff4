using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <summary>
/// Goes the way from an object to a scrape: what the API server has of it now, what the projection makes of that, what the
/// file says, what Prometheus says. The verdict is that of the daemon's own projections; all else only explains it.
/// </summary>
/// <param name="prometheus">Null where nobody asks Prometheus.</param>
internal sealed partial class Explainer(
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

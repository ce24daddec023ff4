using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Commands;

/// <summary>What one list of a kind gives.</summary>
/// <param name="Content">What the file is to say.</param>
/// <param name="Held">Targets that the daemon would keep until another list lacks them as well; they are not in the content.</param>
/// <param name="Place">Where the API server has the kind.</param>
/// <param name="Version">Of the list; null when it has none.</param>
internal sealed record Pass(FileContent Content, int Held, Dialect Dialect, string Place, string? Version);

/// <summary>
/// From lists to what the files are to say: the pieces of the daemon's pipeline, gone through once, and nothing is written.
/// </summary>
internal sealed class ClusterPass(HttpClient http, FileSdOptions options, TimeProvider time)
{
    private readonly Resources _resources = new(options.Dialect, options.NodesPath, options.PodsPath, new Bounds(options.Limits, time));

    /// <exception cref="Exception">The API server cannot be asked, as the fault says.</exception>
    public async Task<Pass> NodesAsync(CancellationToken stop)
    {
        var (part, pass) = await ListAsync(
            _resources.Nodes(options.NodeSelector), "--api.nodes-path", options.JudgeNode, Found(options.NodesFile, ""), new(time), stop);
        return pass with { Content = new([part]) };
    }

    /// <exception cref="Exception">The API server cannot be asked, as the fault says.</exception>
    public async Task<Pass> PodsAsync(CancellationToken stop)
    {
        IReadOnlyList<string> namespaces = options.PodNamespaces.Count == 0 ? [""] : options.PodNamespaces;
        var losses = new SilentLosses(time);
        var all = new List<(TargetSet Part, Pass Pass)>();
        foreach (var each in namespaces)
        {
            all.Add(await ListAsync(
                _resources.Pods(options.PodSelector, each), "--api.pods-path", options.JudgePod, Found(options.PodsFile, each), losses, stop));
        }

        List<TargetSet> parts = [.. all.Select(each => each.Part)];
        TargetSet? nodes = null;
        if (options.Labels.NodeMetadata || FileContent.NeedsNodes(parts))
            (nodes, _) = await ListAsync(_resources.Nodes(options.NodeSelector), "--api.nodes-path", options.JudgeNode, [], new(time), stop);
        return all[0].Pass with { Content = new(parts, nodes), Held = all.Sum(each => each.Pass.Held) };
    }

    private async Task<(TargetSet Part, Pass Pass)> ListAsync<T>(
        IReadOnlyList<Resource<T>> places, string pathFlag, Func<T, Verdict> project,
        IEnumerable<Change<RenderedTargets>> found, SilentLosses losses, CancellationToken stop)
        where T : class, IResource
    {
        var probe = new DialectProbe<T>([.. places.Select(place => new ResourceApi<T>(http, place, time))], pathFlag, time);
        var list = new PagedList<T>(probe, new ListQuery(null, Reflector<T>.PageSize, null), options.Limits, time);
        var told = new List<Change<RenderedTargets>>();
        await foreach (var change in list.ReadAsync(stop))
            told.Add(change.Select(Verdict.Total(project)).Select(RenderedTargets.Of));
        told.Add(Change<RenderedTargets>.ListEnded);
        var listed = told.Aggregate(found.Aggregate(TargetSet.Unknown(options.Guard), losses.Apply), losses.Apply);

        // What is doubted goes with the next list that lacks it, too.
        var held = listed.Doubt.Held;
        if (held > 0)
            listed = told.Aggregate(listed, losses.Apply);
        return (listed, new(new([listed]), held, probe.Dialect, probe.Path, list.End!.ResourceVersion));
    }

    private IEnumerable<Change<RenderedTargets>> Found(string fileName, string @namespace) => FoundTargets
        .Divided(FoundTargets.Read(Path.Combine(options.TargetsFolder, fileName)), options.Shard)
        .Where(each => @namespace.Length == 0 || each.Key.Namespace == @namespace)
        .Select(each => new Change<RenderedTargets>(ChangeKind.Found, each.Key, each.Value));
}

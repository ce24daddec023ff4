using System.Net;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;

namespace Minik8s.FileSd.Explaining;

/// <summary>What the API server has of a name or an address.</summary>
/// <param name="Objects">A few at most.</param>
internal sealed record Found<T>(IReadOnlyList<T> Objects, Dialect Dialect);

/// <summary>
/// Asks the API server for single objects, whatever their labels. It asks by lists of one object, for which the right to
/// list suffices that the daemon has; a server without field selectors tells all, of which the one is taken.
/// </summary>
internal sealed class ClusterLookup(HttpClient http, FileSdOptions options, TimeProvider time)
{
    /// <summary>More of one name or address than anybody wants to read of.</summary>
    private const int MostFound = 20;

    private const int MostNear = 3;

    private readonly Resources _resources = new(options.Dialect, options.NodesPath, options.PodsPath, new Bounds(options.Limits, time));

    public Task<Found<Node>> NodeAsync(string name, CancellationToken stop) =>
        ReadAsync(_resources.Nodes(LabelSelector.Everything), ("metadata.name", name), node => node.Metadata.Name == name, MostFound, stop);

    public Task<Found<Node>> NodesAtAsync(string host, CancellationToken stop) => ReadAsync(
        _resources.Nodes(LabelSelector.Everything), null, node => node.Status?.Addresses.Present().Any(address => address.Address == host) == true, MostFound, stop);

    /// <param name="key">Its namespace is empty to look in all that are followed.</param>
    public Task<Found<Pod>> PodAsync(ObjectKey key, CancellationToken stop) => InEachAsync(
        key.Namespace,
        ("metadata.name", key.Name),
        pod => pod.Metadata.Name == key.Name && (key.Namespace.Length == 0 || pod.Metadata.Namespace is not { Length: > 0 } own || own == key.Namespace),
        stop);

    /// <remarks>Not every server selects by addresses, nor has it Kubernetes' place: one that does not is asked for all.</remarks>
    public async Task<Found<Pod>> PodsAtAsync(string ip, CancellationToken stop)
    {
        if (options.Dialect != Dialect.Minik8s)
        {
            try
            {
                return await InEachAsync("", ("status.podIP", ip), pod => PodChecks.IP(pod) == ip, stop, Dialect.Kubernetes);
            }
            catch (ApiException fault) when (fault.Code is HttpStatusCode.BadRequest or HttpStatusCode.NotFound)
            {
            }
        }

        return await InEachAsync("", null, pod => PodChecks.IP(pod) == ip, stop);
    }

    /// <summary>Names of pods that are nearly the one that was not found.</summary>
    public async Task<IReadOnlyList<string>> NearPodsAsync(ObjectKey key, CancellationToken stop)
    {
        var near = new Nearest(key.Name, MostNear);
        await ReadAsync(_resources.Pods(LabelSelector.Everything, key.Namespace), null, near.IsNotNear, 0, stop);
        return near.Names;
    }

    public async Task<IReadOnlyList<string>> NearNodesAsync(string name, CancellationToken stop)
    {
        var near = new Nearest(name, MostNear);
        await ReadAsync(_resources.Nodes(LabelSelector.Everything), null, near.IsNotNear, 0, stop);
        return near.Names;
    }

    /// <summary>Who may read some namespaces alone is asked for each of them.</summary>
    private async Task<Found<Pod>> InEachAsync(
        string @namespace, (string, string)? field, Func<Pod, bool> isWanted, CancellationToken stop, Dialect? only = null)
    {
        IReadOnlyList<string> namespaces = @namespace.Length > 0 || options.PodNamespaces.Count == 0 ? [@namespace] : options.PodNamespaces;
        var all = new List<Found<Pod>>();
        foreach (var each in namespaces)
        {
            List<Resource<Pod>> places = [.. _resources.Pods(LabelSelector.Everything, each).Where(place => only is null || place.Dialect == only)];
            all.Add(await ReadAsync(places, field, isWanted, MostFound, stop));
        }

        return new([.. all.SelectMany(found => found.Objects).DistinctBy(pod => pod.Metadata.Key)], all[0].Dialect);
    }

    private async Task<Found<T>> ReadAsync<T>(
        IReadOnlyList<Resource<T>> places, (string Name, string Value)? field, Func<T, bool> isWanted, int most, CancellationToken stop)
        where T : class, IResource
    {
        var probe = new DialectProbe<T>([.. places.Select(place => new ResourceApi<T>(http, Selecting(place, field), time))], "--api.pods-path or --api.nodes-path", time);
        var list = new PagedList<T>(probe, new ListQuery(null, Reflector<T>.PageSize, null), options.Limits, time);
        var found = new List<T>();
        await foreach (var change in list.ReadAsync(stop))
        {
            // A list that begins again, for it has expired half-way, tells some of it anew.
            if (change.Kind == ChangeKind.ListBegan)
                found.Clear();
            else if (isWanted(change.Object!) && found.Count < most)
                found.Add(change.Object!);
        }

        return new(found, probe.Dialect);
    }

    private static Resource<T> Selecting<T>(Resource<T> place, (string Name, string Value)? field)
        where T : class, IResource =>
        field is { } by && place.Dialect == Dialect.Kubernetes
            ? place with { Path = $"{place.Path}{(place.Path.Contains('?') ? '&' : '?')}fieldSelector={Uri.EscapeDataString($"{by.Name}={by.Value}")}" }
            : place;

    private sealed class Nearest(string name, int most)
    {
        private readonly int _farthest = Math.Clamp(name.Length / 3, 1, 3);
        private readonly List<(int Distance, string Name)> _names = [];

        public IReadOnlyList<string> Names => [.. _names.Distinct().OrderBy(each => each.Distance).ThenBy(each => each.Name, StringComparer.Ordinal).Select(each => each.Name)];

        public bool IsNotNear(IResource item)
        {
            // A pod of a Deployment is often asked for by the name of that, or by that of its last pod.
            var other = item.Metadata.Name ?? "";
            var distance = NearMiss.Distance(other, name) ?? int.MaxValue;
            if (other.StartsWith($"{name}-", StringComparison.Ordinal) || (Stem(name) is { } stem && Stem(other) == stem))
                distance = Math.Min(distance, _farthest);
            if (distance > _farthest)
                return false;
            _names.Add((distance, other));
            if (_names.Count > 2 * most)
            {
                _names.Sort();
                _names.RemoveRange(most, _names.Count - most);
            }

            return false;
        }

        /// <summary>The name of a pod without what is made up for each, such as <c>web</c> of <c>web-7d9f8c-x2x4z</c>.</summary>
        private static string? Stem(string pod) => pod.Split('-') is [.. { Length: > 0 } first, _, _] ? string.Join('-', first) : null;
    }
}

using k8s.KubeConfigModels;

namespace Minik8s.FileSd.Cluster.Access.Kubeconfigs;

/// <summary>A kubeconfig of one file or several; of what stands in several, the first counts.</summary>
/// <param name="paths">Absolute. Of several, some may be missing.</param>
/// <param name="context">Null for the current one.</param>
internal sealed class Kubeconfig(IReadOnlyList<string> paths, string? context, TimeProvider time)
{
    public IReadOnlyList<string> Paths => paths;

    /// <exception cref="AccessException">It cannot be read, or lacks something.</exception>
    public ServerAccess Read(FileReadings files)
    {
        var parts = Parts(files);
        var chosen = Chosen(parts);
        var details = chosen.ContextDetails;
        if (string.IsNullOrEmpty(details?.Cluster))
            throw Fault($"its context {Shown(chosen.Name)} names no cluster");
        var (clusterFile, cluster) = Find(parts, part => part.Clusters, item => item.Name, details.Cluster, $"the cluster of the context {chosen.Name}");
        var endpoint = KubeconfigEndpoint.Read(clusterFile, cluster, files);
        if (string.IsNullOrEmpty(details.User))
            return new ServerAccess(endpoint.Server, endpoint.Trust, endpoint.Proxy, FixedCredential.None);
        var (userFile, user) = Find(parts, part => part.Users, item => item.Name, details.User, $"the user of the context {chosen.Name}");
        return new ServerAccess(
            endpoint.Server, endpoint.Trust, endpoint.Proxy, KubeconfigUser.Read(userFile, user, files, endpoint, time));
    }

    private List<KubeconfigFile> Parts(FileReadings files)
    {
        const string what = "the kubeconfig";
        var parts = new List<KubeconfigFile>();
        foreach (var path in paths)
        {
            if ((paths.Count == 1 ? files.Read(path, what) : files.ReadIfThere(path, what)) is { } yaml)
                parts.Add(KubeconfigFile.Parse(path, yaml));
        }

        return parts.Count > 0 ? parts : throw Fault("none of its files is there");
    }

    private Context Chosen(List<KubeconfigFile> parts)
    {
        var name = context ?? parts.Select(part => part.Content.CurrentContext).FirstOrDefault(current => !string.IsNullOrEmpty(current));
        return name is null
            ? throw Fault($"it has no current-context; name one by --api.context: {Names(parts.SelectMany(part => part.Contexts), item => item.Name)}")
            : Find(parts, part => part.Contexts, item => item.Name, name, context is null ? "its current-context" : "--api.context").Item;
    }

    private (KubeconfigFile File, T Item) Find<T>(
        List<KubeconfigFile> parts, Func<KubeconfigFile, IEnumerable<T>> items, Func<T, string?> nameOf, string name, string what)
    {
        var all = parts.SelectMany(part => items(part).Select(item => (part, item))).ToList();
        return all.FindIndex(candidate => nameOf(candidate.item) == name) is >= 0 and var index
            ? all[index]
            : throw Fault($"{what} is {Shown(name)}, which is not in it; {Names(all.Select(candidate => candidate.item), nameOf)}");
    }

    private static string Names<T>(IEnumerable<T> items, Func<T, string?> nameOf)
    {
        var names = items.Select(nameOf).OfType<string>().Distinct().Select(Shown).ToList();
        return names.Count == 0 ? "it has none" : $"it has {string.Join(", ", names)}";
    }

    private static string Shown(string name) => $"\"{Printable.Of(name)}\"";

    private AccessException Fault(string problem) => new($"the kubeconfig {string.Join(':', paths)} cannot be used: {problem}");
}

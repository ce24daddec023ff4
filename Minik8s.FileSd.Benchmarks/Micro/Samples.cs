using System.Text;
using Minik8s.FileSd.Benchmarks.Server;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>What the steps of the daemon are given, made by the steps before them from the texts of a real API server.</summary>
internal static class Samples
{
    public static readonly Resource<Node> Nodes = new Resources(Dialect.Kubernetes).Nodes(LabelSelector.Everything)[0];
    public static readonly Resource<Pod> Pods = new Resources(Dialect.Kubernetes).Pods(LabelSelector.Parse("log=prometheus"), "")[0];
    public static readonly FileSdOptions Options = new() { NodePort = 9100, PodPortName = "prometheus" };

    public static readonly Store NodeStore = new("Node", "nodes");
    public static readonly Store PodStore = new("Pod", "pods");

    /// <summary>A pod that does not have what the selector asks for.</summary>
    public static byte[] UnselectedPod(int index, long version) => With(Fleet.Pod(index, version), "\"log\":\"prometheus\"", "\"log\":\"files\"");

    /// <summary>A pod that is selected and has no port of the name that is looked for.</summary>
    public static byte[] PodWithoutPort(int index, long version) => With(Fleet.Pod(index, version), "\"name\":\"prometheus\"", "\"name\":\"profile\"");

    /// <summary>What a page of a list says.</summary>
    public static byte[] Page(Store store, IEnumerable<byte[]> objects)
    {
        store.Fill(objects, int.MaxValue);
        return store.Page(null);
    }

    public static Node Node(byte[] text) => Decoded(Nodes, Page(NodeStore, [text])).Single();

    public static Pod Pod(byte[] text) => Decoded(Pods, Page(PodStore, [text])).Single();

    public static RenderedTargets Rendered(Pod pod) => RenderedTargets.Of(Options.PodProjection.Project(pod));

    /// <summary>That a pod has a new label.</summary>
    public static Change<RenderedTargets> Change(int pod, long revision)
    {
        var changed = Pod(Fleet.Pod(pod, 1_000_000 + revision, revision));
        return new(ChangeKind.Applied, changed.Metadata.Key, Rendered(changed)) { Version = changed.Metadata.ResourceVersion, At = 1 };
    }

    /// <summary>The targets of so many pods, listed.</summary>
    public static TargetSet Targets(int count)
    {
        var set = TargetSet.Unknown(DropGuard.Standard).Apply(Change<RenderedTargets>.ListBegan);
        for (var i = 0; i < count; i++)
        {
            var pod = Pod(Fleet.Pod(i, 1_000 + i));
            set = set.Apply(new(ChangeKind.Listed, pod.Metadata.Key, Rendered(pod)));
        }

        set = set.Apply(Change<RenderedTargets>.ListEnded);
        return set.Verdicts.Groups == count ? set : throw new InvalidOperationException($"{count} pods give {set.Verdicts.Groups} targets");
    }

    private static IEnumerable<T> Decoded<T>(Resource<T> resource, byte[] page)
        where T : class, IResource =>
        resource.Format.ReadListAsync(new MemoryStream(page), CancellationToken.None).ToBlockingEnumerable()
            .Where(part => part.Item is not null).Select(part => part.Item!);

    private static byte[] With(byte[] text, string before, string after)
    {
        var old = Encoding.ASCII.GetString(text);
        return old.Contains(before, StringComparison.Ordinal)
            ? Encoding.ASCII.GetBytes(old.Replace(before, after, StringComparison.Ordinal))
            : throw new InvalidOperationException($"the text of the object does not have {before}");
    }
}

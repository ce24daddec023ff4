using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <summary>
/// All that keeps an object from being a target, and not only what the projection sees first: what it has seen is thought
/// mended, and it is asked again. So there is no second opinion, and whoever mends one thing knows of the next.
/// </summary>
internal static class Obstacles
{
    /// <summary>An address for documentation: of a pod that has none, to see what else it lacks.</summary>
    private const string AnyAddress = "192.0.2.1";

    /// <returns>What stands in the way, in the projection's order, and at last what would be without all of it.</returns>
    public static (IReadOnlyList<Verdict.NotTarget> Found, Verdict Last) Of<T>(T item, Func<T, Verdict> project, Func<T, Reason, T?> mended)
        where T : class
    {
        var found = new List<Verdict.NotTarget>();
        var verdict = project(item);
        while (verdict is Verdict.NotTarget not)
        {
            // One that is mended and comes again is not mended by that.
            if (found.Exists(each => each.Reason == not.Reason))
                break;
            found.Add(not);
            if (mended(item, not.Reason) is not { } better)
                break;
            item = better;
            verdict = project(item);
        }

        return (found, verdict);
    }

    public static Pod? Mended(Pod pod, Reason reason) => reason switch
    {
        Reason.PodScrapeOff => pod with
        {
            Metadata = pod.Metadata with { Annotations = pod.Metadata.Annotations!.Where(each => each.Key != $"{ScrapeAnnotations.Prefix}scrape").ToDictionary() },
        },
        Reason.PodNotRunning or Reason.PodFinished => pod with { Status = (pod.Status ?? new()) with { Phase = "Running" } },
        Reason.PodTerminating => pod with { Metadata = pod.Metadata with { DeletionTimestamp = null } },
        Reason.PodWithoutAddress or Reason.PodAddressInvalid => pod with { Status = (pod.Status ?? new()) with { PodIP = AnyAddress } },
        _ => null,
    };

    public static Node? Mended(Node node, Reason reason) => reason switch
    {
        Reason.NodeNotReady => node with { Status = (node.Status ?? new()) with { Conditions = [new("Ready", "True")] } },
        _ => null,
    };
}

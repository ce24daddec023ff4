using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <summary>What is to be seen in a pod itself, in the order of the projection.</summary>
internal static class PodChecks
{
    /// <summary>A finished pod has no address, and what its containers do is no matter.</summary>
    public static void AddTo(Findings findings, Pod pod, Owner owner, Func<Pod, Verdict> project, FileSdOptions options)
    {
        var (obstacles, last) = Obstacles.Of(pod, project, Obstacles.Mended);
        var byCheck = obstacles.Where(each => !IsEcho(each, obstacles)).ToLookup(each => Fixes.Check(each.Reason));
        if (obstacles is [{ Reason: Reason.ObjectUnreadable } unreadable])
        {
            Fail(unreadable);
            return;
        }

        if (!FailAny("scrape_annotation") && pod.Metadata.Annotations?.GetValueOrDefault($"{ScrapeAnnotations.Prefix}scrape") is { Length: > 0 } scrape
            && bool.TryParse(scrape, out _))
        {
            findings.Pass("scrape_annotation", $"its annotation prometheus.io/scrape is {Printable.Short(scrape)}");
        }

        if (!FailAny("phase"))
            findings.Pass("phase", "it is Running");
        if (!FailAny("terminating") && pod.Metadata.DeletionTimestamp is { Length: > 0 } deleted)
            findings.Warn("terminating", $"it is being deleted since {Printable.Short(deleted)}, and stays a target until it ends");
        if (!FailAny(Fixes.Address) && obstacles.All(each => each.Reason != Reason.PodWithoutAddress))
            findings.Pass(Fixes.Address, $"its IP address is {Printable.Short(IP(pod) ?? "")}");
        foreach (var rest in obstacles.Where(each => each.Reason is Reason.PodWithoutPort or Reason.ContainerFinished or Reason.PortNotTcp
            or Reason.PortInvalid or Reason.PortAnnotationInvalid or Reason.NameTooLong))
        {
            if (rest.Reason is Reason.PodWithoutPort)
                PortChecks.Fail(findings, pod, owner, options.PodPortName);
            else
                Fail(rest);
        }

        if (last is Verdict.Target target)
            PortChecks.Pass(findings, pod, target, options.PodPortName);

        bool FailAny(string check)
        {
            foreach (var each in byCheck[check])
                Fail(each);
            return byCheck[check].Any();
        }

        void Fail(Verdict.NotTarget not) => findings.Fail(Fixes.Check(not.Reason), not.Fact, Fixes.Of(not.Reason, owner, options));
    }

    /// <summary>A pod that does not run has no address yet, or none any more, for that very reason.</summary>
    private static bool IsEcho(Verdict.NotTarget obstacle, IReadOnlyList<Verdict.NotTarget> all) =>
        obstacle.Reason == Reason.PodWithoutAddress && all.Any(each => each.Reason is Reason.PodNotRunning or Reason.PodFinished);

    public static string? IP(Pod pod) => pod.Status?.PodIP is { Length: > 0 } ip ? ip
        : pod.Status?.PodIPs.Present() is [{ Ip: { Length: > 0 } first }, ..] ? first : null;
}

using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <summary>What is to be seen in a node itself.</summary>
internal static class NodeChecks
{
    private const int MostTold = 10;

    public static void AddTo(Findings findings, Node node, Owner owner, Func<Node, Verdict> project, FileSdOptions options)
    {
        var (obstacles, last) = Obstacles.Of(node, project, Obstacles.Mended);
        if (obstacles.All(each => each.Reason is not (Reason.NodeNotReady or Reason.ObjectUnreadable)))
            Ready(findings, node);
        foreach (var not in obstacles)
        {
            var addresses = node.Status?.Addresses.Present() ?? [];
            var told = not.Reason == Reason.NodeWithoutAddress && addresses.Count > 0
                ? $"{not.Fact}: {string.Join(", ", addresses.Take(MostTold).Select(each => Printable.Short($"{each.Type} {each.Address}")))}"
                : not.Fact;
            findings.Fail(Fixes.Check(not.Reason), told, Fixes.Of(not.Reason, owner, options));
        }

        if (last is Verdict.Target { Groups: [var group] })
            findings.Pass(Fixes.Address, $"its node_exporter is at {group.Address}");
    }

    private static void Ready(Findings findings, Node node)
    {
        var ready = node.Status?.Conditions.Present().FirstOrDefault(condition => condition.Type == "Ready")?.Status;
        if (ready is "True")
            findings.Pass("ready", "it is Ready");
        else
            findings.Warn("ready", $"its condition Ready is {Printable.Short(ready ?? "missing")}; it stays a target, so that an alert that it is down can fire");
    }
}

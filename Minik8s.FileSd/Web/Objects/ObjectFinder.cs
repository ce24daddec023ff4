using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Web.Objects;

/// <summary>Finds known objects. All are gone through; rows are made of those alone that are told.</summary>
/// <param name="prometheus">Null when Prometheus is not asked.</param>
internal sealed class ObjectFinder(IReadOnlyList<Feed> feeds, IPrometheusView? prometheus = null)
{
    /// <summary>Whether it is known what Prometheus has.</summary>
    public bool KnowsPrometheus => prometheus?.State is { Fault: null, AskedAt: not null };

    public ObjectPage Find(ObjectQuery query)
    {
        var (known, matching) = (0, 0);
        Reason? reason = Enum.GetValues<Reason>().Cast<Reason?>().FirstOrDefault(each => SnakeCase.Of(each!.Value) == query.Verdict);
        List<ObjectRow> rows = [];
        ObjectCursor? last = null;
        var isMore = false;
        foreach (var feed in feeds)
        {
            if (feed.FileStatus.State.Newest is not { } content)
                continue;
            known += content.Objects;
            if (query.Kind is not null && query.Kind != feed.Plural)
                continue;
            foreach (var (key, targets) in content.Each)
            {
                if (!Matches(query, reason, content, key, targets))
                    continue;
                matching++;
                if (query.After?.IsBefore(feed.Plural, key) == false)
                    continue;
                if (isMore |= rows.Count == query.Limit)
                    continue;
                rows.Add(Row(feed, content, key, targets));
                last = ObjectCursor.Behind(feed.Plural, key);
            }
        }

        return new(known, matching, rows, isMore ? last!.ToString() : null);
    }

    private static bool Matches(ObjectQuery query, Reason? reason, FileContent content, ObjectKey key, RenderedTargets targets) =>
        (query.Text.Length == 0
            || key.Name.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
            || key.Namespace.Contains(query.Text, StringComparison.OrdinalIgnoreCase)
            || targets.Groups.Any(group => group.Address.Contains(query.Text, StringComparison.OrdinalIgnoreCase))
            || (query.Text.Contains('/') && key.ToString().Contains(query.Text, StringComparison.OrdinalIgnoreCase)))
        && query.Verdict switch
        {
            null => true,
            ObjectQuery.IsTarget => ReasonOf(content, key, targets) is null,
            ObjectQuery.IsNotTarget => ReasonOf(content, key, targets) is not null,
            ObjectQuery.IsRemarked => RemarksOf(content, key, targets).Any(),
            _ => ReasonOf(content, key, targets) == reason,
        };

    private ObjectRow Row(Feed feed, FileContent content, ObjectKey key, RenderedTargets targets)
    {
        var reason = ReasonOf(content, key, targets);
        return new(
            feed.Plural.TrimEnd('s'),
            key.Namespace,
            key.Name,
            reason is { } snake ? SnakeCase.Of(snake) : ObjectQuery.IsTarget,
            reason is { } words ? Reasons.Text(words) : null,
            [.. targets.Groups.Select(group => new TargetRow(group.Address, content.TakenBy(key, group.Address)?.ToString(), Scrape(content, key, group.Address)))],
            [.. RemarksOf(content, key, targets).Select(remark => new RemarkRow(SnakeCase.Of(remark.Kind), Reasons.Text(remark.Kind), Printable.Of(remark.Fact)))]);
    }

    /// <summary>Of an object all of whose addresses newer ones have taken, that; else its own.</summary>
    private static Reason? ReasonOf(FileContent content, ObjectKey key, RenderedTargets targets) =>
        targets.Reason ?? (targets.Groups.All(group => content.TakenBy(key, group.Address) is not null) ? Reason.AddressTaken : null);

    private static IEnumerable<Remark> RemarksOf(FileContent content, ObjectKey key, RenderedTargets targets)
    {
        foreach (var remark in targets.Remarks)
            yield return remark;
        foreach (var group in targets.Groups)
        {
            if (content.TakenBy(key, group.Address) is { } winner)
                yield return new(RemarkKind.AddressTaken, $"its address {group.Address} is that of the pod {winner}");
        }
    }

    private ScrapeRow? Scrape(FileContent content, ObjectKey key, string address)
    {
        if (!KnowsPrometheus || content.TakenBy(key, address) is not null)
            return null;
        return prometheus!.State!.Targets.TryGetValue(address, out var target)
            ? new(SnakeCase.Of(target.Health), target.Error is { } error ? Printable.Of(error) : null, target.LastScrape, target.Pool)
            : new("missing", null, null, null);
    }
}

namespace Minik8s.FileSd.Scraping;

/// <summary>What a file says beside what Prometheus has from it.</summary>
/// <param name="Source">The file as Prometheus sees it, by its own path, or the address that it asks; null when it has nothing of ours.</param>
/// <param name="Stranger">A file of the same name that shares no target with ours; null when there is none, or <paramref name="Source"/>.</param>
/// <param name="Targets">All that Prometheus has from the source.</param>
/// <param name="Missing">Addresses in the file that it does not have, in the order of the file.</param>
/// <param name="Extra">Addresses that it has and that are not in the file.</param>
/// <param name="Failing">Targets whose last scrape failed.</param>
/// <param name="Dropped">Addresses in the file that its relabelling drops in each of its jobs.</param>
internal sealed record Difference(
    string? Source,
    string? Stranger,
    IReadOnlyList<ScrapedTarget> Targets,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Extra,
    IReadOnlyList<ScrapedTarget> Failing,
    int Dropped)
{
    /// <param name="published">The addresses in the file, in its order.</param>
    /// <param name="before">The source at the last time; null when there was none.</param>
    public static Difference Of(WatchedFile file, IReadOnlyCollection<string> published, PrometheusAnswer answer, string? before)
    {
        var ours = published.ToHashSet();
        var best = answer.Targets
            .Where(target => file.IsCalled(target.File))
            .GroupBy(target => target.File)
            .Select(group => (
                Targets: group.ToList(),
                IsSame: FilePattern.MayBeSame(file.Path, group.Key),
                Shared: group.Select(target => target.Address).Distinct().Count(ours.Contains)))
            .OrderByDescending(each => each.IsSame).ThenByDescending(each => each.Shared)
            .ThenByDescending(each => each.Targets[0].File == before).ThenBy(each => each.Targets[0].File, StringComparer.Ordinal)
            .FirstOrDefault();
        if (best.Targets is null)
            return new(null, null, [], [.. ours], [], [], 0);

        // Another cluster's file may go by the same name. Ours, of whose targets all are new, was known before.
        var source = best.Targets[0].File;
        if (!best.IsSame && best.Shared == 0 && ours.Count > 0 && source != before && !WatchedFile.IsUrl(source))
            return new(null, source, [], [.. ours], [], [], 0);

        var theirs = best.Targets.Select(target => target.Address).ToHashSet();
        var scraped = best.Targets.Where(target => target.Health != ScrapeHealth.Dropped).Select(target => target.Address).ToHashSet();
        var missing = published.Where(address => !theirs.Contains(address)).Distinct().ToList();

        // Behind keep_dropped_targets a job counts what it drops and does not list it.
        var unlisted = best.Targets.Select(target => target.Pool).Distinct().Sum(answer.Unlisted.GetValueOrDefault) >= missing.Count ? missing.Count : 0;
        return new(
            source, null, best.Targets,
            unlisted > 0 ? [] : missing,
            [.. theirs.Where(address => !ours.Contains(address)).Order(StringComparer.Ordinal)],
            [.. best.Targets.Where(target => target.Health == ScrapeHealth.Down && ours.Contains(target.Address))],
            ours.Count(address => theirs.Contains(address) && !scraped.Contains(address)) + unlisted);
    }

    /// <summary>
    /// The same where relabelling gives targets other addresses. Prometheus should tell those from before, and 2.42 tells those
    /// from behind: as many targets as are strange may be those that seem to be missing.
    /// </summary>
    public Difference Rewritten(IReadOnlyList<FileSdConfig> configs)
    {
        var strange = Extra.ToHashSet();
        var count = Targets.Count(target => strange.Contains(target.Address));
        return Missing.Count > 0 && count >= Missing.Count && Targets.Any(target => configs.Any(config => config.RewritesAddress && config.Job == target.Pool))
            ? this with { Missing = [], Extra = [.. Extra.Take(count - Missing.Count)] }
            : this;
    }
}

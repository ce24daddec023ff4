namespace Minik8s.FileSd.Scraping;

/// <summary>What Prometheus has told.</summary>
/// <param name="Targets">Those that it has from files of our names, ours or not.</param>
/// <param name="Unlisted">How many dropped targets of a scrape job it has and does not list, by the job.</param>
/// <param name="Own">What it says of itself; null when it does not.</param>
internal sealed record PrometheusAnswer(
    IReadOnlyList<ScrapedTarget> Targets, IReadOnlyDictionary<string, long> Unlisted, OwnMetrics? Own);

/// <summary>What Prometheus measures of itself. What is null it does not tell.</summary>
/// <param name="StartedAt">When the process began.</param>
/// <param name="ReadErrors">Target files that it could not read since then, of all its jobs together.</param>
/// <param name="WatchErrors">Folders that it could not watch.</param>
/// <param name="FileTimes">When the files that it has read were modified, as they were when it read them; whole seconds since 1970, by its own path.</param>
internal sealed record OwnMetrics(
    DateTimeOffset? StartedAt, double? ReadErrors, double? WatchErrors, IReadOnlyDictionary<string, long> FileTimes);

/// <summary>From where a scrape job of Prometheus has its targets.</summary>
/// <param name="Patterns">Of the files that it reads, as they stand in its configuration.</param>
/// <param name="RefreshInterval">How often it reads them without being notified.</param>
/// <param name="RewritesAddress">Its relabelling may give a target another address.</param>
internal sealed record FileSdConfig(string Job, IReadOnlyList<string> Patterns, TimeSpan RefreshInterval, bool RewritesAddress);

namespace Minik8s.FileSd.Scraping;

internal enum ScrapeHealth
{
    /// <summary>It was not scraped yet.</summary>
    Unknown,
    Up,
    Down,

    /// <summary>Prometheus has read it, and its relabelling drops it.</summary>
    Dropped,
}

/// <summary>A target as Prometheus tells it.</summary>
/// <param name="File">The target file as Prometheus sees it, by its own path.</param>
/// <param name="Pool">The scrape job that has it.</param>
/// <param name="Error">Of the last scrape; null when that had none.</param>
internal sealed record ScrapedTarget(
    string Address, string File, string Pool, ScrapeHealth Health, string? Error, DateTimeOffset? LastScrape);

/// <summary>A target file beside what Prometheus has of it.</summary>
/// <param name="File">Its name, without the folder.</param>
/// <param name="Published">Targets in it.</param>
/// <param name="Missing">Addresses in the file that Prometheus does not have, at most <see cref="MostTold"/> of <paramref name="MissingCount"/>.</param>
/// <param name="Extra">Addresses that Prometheus has from the file and that are not in it, likewise.</param>
/// <param name="Failing">Targets whose last scrape failed, likewise.</param>
/// <param name="Lag">How long a publish has not been seen by Prometheus; zero when it has.</param>
/// <param name="Diagnosis">What is wrong and what to do, in a sentence or two; null when nothing is.</param>
internal sealed record FileComparison(
    string File,
    int Published,
    IReadOnlyList<string> Missing,
    int MissingCount,
    IReadOnlyList<string> Extra,
    int ExtraCount,
    IReadOnlyList<ScrapedTarget> Failing,
    int FailingCount,
    TimeSpan Lag,
    string? Diagnosis)
{
    public const int MostTold = 20;

    /// <summary>What sort of thing is wrong; null when nothing is.</summary>
    public DiagnosisKind? Kind { get; init; }

    /// <summary>The file as Prometheus sees it, by its own path or the address that it asks; null when it has nothing of it.</summary>
    public string? Source { get; init; }

    /// <summary>Targets in the file that the relabelling of its jobs drops, which is no fault.</summary>
    public int DroppedCount { get; init; }
}

/// <summary>What is known of Prometheus' side at one moment.</summary>
/// <param name="Prometheus">Its address, without user and password.</param>
/// <param name="AskedAt">When it last answered; null when it never did.</param>
/// <param name="Fault">Why it cannot be asked; null when it can.</param>
/// <param name="Targets">By address, all that it has from the files.</param>
internal sealed record PrometheusState(
    Uri Prometheus,
    DateTimeOffset? AskedAt,
    string? Fault,
    IReadOnlyList<FileComparison> Files,
    IReadOnlyDictionary<string, ScrapedTarget> Targets);

using System.Globalization;
using Minik8s.FileSd.Scraping;

namespace Minik8s.FileSd.Explaining;

/// <summary>Whether Prometheus has the targets, and what came of scraping them.</summary>
internal static class ScrapeChecks
{
    private const string Seen = "prometheus";
    private const string Scrape = "scrape";

    public static void AddTo(Findings findings, IReadOnlyList<string> addresses, string fileName, PrometheusState? state)
    {
        if (state is null)
        {
            findings.DoNotKnow(Seen, "Prometheus was not asked: --prometheus.url is not set");
            return;
        }

        if (state.Fault is { } fault)
        {
            findings.DoNotKnow(Seen, Printable.Of($"Prometheus at {state.Prometheus} cannot be asked: {fault}"));
            return;
        }

        foreach (var address in addresses)
        {
            if (state.Targets.TryGetValue(address, out var target))
                Add(findings, target);
            else
                Missing(findings, address, state.Files.FirstOrDefault(file => file.File == fileName));
        }
    }

    private static void Missing(Findings findings, string address, FileComparison? file) => findings.Fail(
        Seen,
        $"Prometheus does not have {address}",
        Printable.Of(file?.Diagnosis
            ?? (file is { Lag: var lag } && lag < TimeSpan.FromSeconds(15)
                ? "it takes a new file up within about five seconds: ask again"
                : "does files: of file_sd_configs match the path? may Prometheus read it? does its log have an error of it?")));

    private static void Add(Findings findings, ScrapedTarget target)
    {
        var place = Printable.Of($"of the job {target.Pool}, from {target.File}");
        if (target.Health == ScrapeHealth.Dropped)
        {
            findings.Fail(Seen, $"Prometheus has read {target.Address}, {place}, and drops it", "its relabel_configs are what drops it: look at keep and drop in that job");
            return;
        }

        findings.Pass(Seen, $"Prometheus has {target.Address}, {place}");
        var when = target.LastScrape is { } last ? string.Create(CultureInfo.InvariantCulture, $" at {last.UtcDateTime:HH:mm:ss} UTC") : "";
        switch (target.Health)
        {
            case ScrapeHealth.Up:
                findings.Pass(Scrape, $"the last scrape of {target.Address}{when} went well");
                break;
            case ScrapeHealth.Down:
                var error = target.Error ?? "";
                findings.Fail(
                    Scrape, Printable.Of($"the last scrape of {target.Address}{when} failed: {error}"),
                    ScrapeHint.Of(error) ?? $"see what it answers where Prometheus runs: curl http://{target.Address}/metrics");
                break;
            default:
                findings.DoNotKnow(Scrape, $"{target.Address} was not scraped yet");
                break;
        }
    }
}

using System.Globalization;
using Minik8s.FileSd.Scraping;

namespace Minik8s.FileSd.Explaining;

/// <summary>Whether Prometheus has the targets, and what came of scraping them.</summary>
internal static class ScrapeChecks
{
    private const string Seen = "prometheus";
    private const string Scrape = "scrape";

    /// <summary>What Prometheus says of a failed scrape, in part, and what to do.</summary>
    private static readonly (string Words, string Fix)[] Hints =
    [
        ("connection refused", "nothing listens there: does the program listen on this port, and on all addresses (0.0.0.0) instead of 127.0.0.1?"),
        ("no route to host", "Prometheus does not reach the network of that address: look at routes and network policies between the two"),
        ("context deadline exceeded", "it does not answer in time: look at network policies between Prometheus and it, at its load, or give it longer by prometheus.io/timeout"),
        ("i/o timeout", "it does not answer in time: look at network policies between Prometheus and it"),
        ("no such host", "the name is not resolved where Prometheus runs"),
        ("404", "there is something, but no metrics at this path: prometheus.io/path names another"),
        ("401", "it wants a credential: give the scrape job one"),
        ("403", "it wants another credential: give the scrape job one"),
        ("HTTP response to HTTPS client", "it speaks http: take prometheus.io/scheme: https away"),
        ("malformed HTTP response", "it speaks https, or no HTTP at all: prometheus.io/scheme: https, or another port"),
        ("HTTP request to an HTTPS server", "it speaks https: prometheus.io/scheme: https"),
        ("certificate", "its certificate is not trusted by the scrape job: tls_config of that"),
        ("expected", "what answers is not in Prometheus' format: is it the port, and the path, of the metrics?"),
        ("unsupported Content-Type", "what answers is not in Prometheus' format: is it the port, and the path, of the metrics?"),
        ("sample limit", "it has more series than the scrape job takes: sample_limit of that"),
    ];

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
                    Hints.FirstOrDefault(hint => error.Contains(hint.Words, StringComparison.OrdinalIgnoreCase)).Fix
                    ?? $"see what it answers where Prometheus runs: curl http://{target.Address}/metrics");
                break;
            default:
                findings.DoNotKnow(Scrape, $"{target.Address} was not scraped yet");
                break;
        }
    }
}

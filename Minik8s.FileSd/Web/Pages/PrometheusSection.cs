using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Web.Pages;

/// <summary>What Prometheus has of the files.</summary>
internal static class PrometheusSection
{
    public static void Render(Html html, PrometheusReport report, DateTimeOffset now)
    {
        html.Add($"""
            <section aria-labelledby="prometheus-title">
            <h2 id="prometheus-title">Prometheus</h2>
            <p><a href="{new Html.Exactly(report.Url.AbsoluteUri)}" rel="noreferrer">{report.Url.AbsoluteUri}</a>

            """);
        if (report.AskedAt is { } asked)
            html.Add($"<span class=\"quiet\">asked {new Moment(asked, now)}</span>\n");
        html.Add($"</p>\n");
        if (report.Fault is { } fault)
            html.Add($"<p class=\"bad-text\" data-say=\"Prometheus: {fault}\"><span class=\"pill bad\">no answer</span> {fault}</p>\n");
        html.Add($"<div class=\"cards\">\n");
        foreach (var file in report.Files)
            File(html, file, now);
        html.Add($"</div>\n</section>\n");
    }

    private static void File(Html html, ComparisonReport file, DateTimeOffset now)
    {
        var isDropped = file.DroppedCount > 0 && file.DroppedCount >= file.Published;
        var isSame = file is { MissingCount: 0, ExtraCount: 0, LagSeconds: 0 } && !isDropped;
        var words = isSame ? "the same"
            : isDropped ? "all dropped"
            : file.Published > 0 && file.MissingCount == file.Published ? "not read" : file.LagSeconds > 0 ? $"behind for {file.LagSeconds:0} s" : "not the same";
        html.Add($"""
            <article class="card" data-say="{file.File} in Prometheus: {words}, {file.FailingCount} failing">
            <h3>{file.File}</h3>
            <p class="figure"><span class="pill {(isSame ? "good" : "bad")}">{words}</span>
            <span class="pill {(file.FailingCount == 0 ? "good" : "bad")}">{file.FailingCount} failing</span>
            <span class="pill none">{file.DroppedCount} dropped</span></p>

            """);
        if (file.Diagnosis is { } diagnosis)
            html.Add($"<p class=\"bad-text\">{diagnosis}</p>\n");
        html.Add($"<dl>\n<div><dt>published</dt><dd>{file.Published} {StatusSections.Targets(file.Published)}</dd></div>\n");
        Addresses(html, "missing there", file.Missing, file.MissingCount);
        Addresses(html, "only there", file.Extra, file.ExtraCount);
        html.Add($"</dl>\n");
        if (file.Failing.Count > 0)
        {
            html.Add($"<ul class=\"counts\">\n");
            foreach (var target in file.Failing)
            {
                html.Add($"<li><code>{target.Address}</code> {target.Error}");
                if (target.LastScrape is { } scraped)
                    html.Add($" <span class=\"quiet\">{new Moment(scraped, now)}</span>");
                html.Add($"</li>\n");
            }

            More(html, file.FailingCount - file.Failing.Count);
            html.Add($"</ul>\n");
        }

        html.Add($"</article>\n");
    }

    private static void Addresses(Html html, string what, IReadOnlyList<string> addresses, int count)
    {
        if (count > 0)
            html.Add($"<div><dt>{what}</dt><dd>{count}: {string.Join(", ", addresses)}{(count > addresses.Count ? " …" : "")}</dd></div>\n");
    }

    private static void More(Html html, int count)
    {
        if (count > 0)
            html.Add($"<li>and {count} more</li>\n");
    }
}

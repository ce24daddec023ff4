using Minik8s.FileSd.Web.Objects;
using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Web.Pages;

/// <summary>Whether all is well, both files, the streams, and Prometheus' side.</summary>
internal static class StatusSections
{
    public static void Render(Html html, StatusReport report)
    {
        State(html, report);
        html.Add($"<div class=\"columns\">\n");
        Files(html, report);
        Streams(html, report);
        html.Add($"</div>\n");
        html.Add($"<div id=\"prometheus\" data-live>\n");
        if (report.Prometheus is { } prometheus)
            PrometheusSection.Render(html, prometheus, report.Now);
        html.Add($"</div>\n");
    }

    public static string Targets(int count) => count == 1 ? "target" : "targets";

    private static void State(Html html, StatusReport report)
    {
        if (report.Ready)
        {
            html.Add($"""
                <section id="state" class="state good" data-live data-say="Ready" aria-labelledby="state-title">
                <h1 id="state-title"><span class="pill good">ready</span> Both target files say what the cluster says</h1>

                """);
            foreach (var file in report.Prometheus?.Files.Where(file => file.Diagnosis is not null) ?? [])
            {
                var words = file is { MissingCount: 0, ExtraCount: 0, LagSeconds: 0, FailingCount: > 0 }
                    ? $"cannot scrape {file.FailingCount} of the targets in {file.File}" : $"does not scrape what {file.File} says";
                html.Add($"<p class=\"bad-text\">but Prometheus {words}: see below</p>\n");
            }

            html.Add($"</section>\n");
            return;
        }

        html.Add($"""
            <section id="state" class="state bad" data-live data-say="Not ready: {string.Join("; ", report.Missing)}" aria-labelledby="state-title">
            <h1 id="state-title"><span class="pill bad">not ready</span> {(report.Files.Any(file => file.Targets is not null) ? "The target files are as last known" : "Nothing is known yet")}; this is missing</h1>
            <ul>

            """);
        foreach (var line in report.Missing)
            html.Add($"<li>{line}</li>\n");
        html.Add($"</ul>\n</section>\n");
    }

    private static void Files(Html html, StatusReport report)
    {
        html.Add($"<section id=\"files\" data-live aria-labelledby=\"files-title\">\n<h2 id=\"files-title\">Target files</h2>\n");
        if (report.Shard is { } shard)
            html.Add($"<p class=\"quiet\">They have the targets of shard {shard}, counted from 0; those of other shards are for other Prometheus servers.</p>\n");
        html.Add($"<div class=\"cards\">\n");
        foreach (var file in report.Files)
        {
            html.Add($"""
                <article class="card" data-say="{file.Name}: {file.Targets ?? 0} {Targets(file.Targets ?? 0)}" aria-labelledby="file-{file.Resource}">
                <h3 id="file-{file.Resource}" title="{new Html.Exactly(file.Path)}">{file.Name}</h3>

                """);
            if (file.Targets is { } targets)
                html.Add($"<p class=\"figure\"><b>{targets}</b> {Targets(targets)} <span class=\"quiet\">of {file.Objects ?? 0} {file.Resource}</span></p>\n");
            else
                html.Add($"<p class=\"figure\"><b>–</b> <span class=\"quiet\">nothing published yet</span></p>\n");
            html.Add($"<dl>\n");
            if (file.LastWrite is { } written)
                html.Add($"<div><dt>last write</dt><dd>{new Moment(written, report.Now)}, {file.Bytes ?? 0} bytes</dd></div>\n");
            if (file.LastVerified is { } verified)
                html.Add($"<div><dt>last verified</dt><dd>{new Moment(verified, report.Now)}</dd></div>\n");
            if (file.Missing is { } missing)
                html.Add($"<div><dt>missing</dt><dd class=\"bad-text\">{missing}</dd></div>\n");
            Counts(html, file);
            html.Add($"</dl>\n</article>\n");
        }

        html.Add($"</div>\n</section>\n");
    }

    /// <summary>Each count leads to the objects that it counts.</summary>
    private static void Counts(Html html, FileReport file)
    {
        Counts("not targets", file.Verdicts.Where(verdict => verdict.Key != ObjectQuery.IsTarget), verdict => verdict);
        Counts("with remarks", file.Remarks, _ => ObjectQuery.IsRemarked);

        void Counts(string what, IEnumerable<KeyValuePair<string, int>> counts, Func<string, string> verdict)
        {
            if (!counts.Any())
                return;
            html.Add($"<div><dt>{what}</dt><dd><ul class=\"plain\">\n");
            foreach (var (name, count) in counts)
                html.Add($"<li>{count} <a href=\"./?kind={file.Resource}&amp;verdict={verdict(name)}#objects\">{name.Replace('_', ' ')}</a></li>\n");
            html.Add($"</ul></dd></div>\n");
        }
    }

    private static void Streams(Html html, StatusReport report)
    {
        html.Add($"""
            <section id="streams" data-live aria-labelledby="streams-title">
            <h2 id="streams-title">Streams</h2>
            <div class="cards">

            """);
        foreach (var stream in report.Streams)
        {
            html.Add($"""
                <article class="card" data-say="{stream.Name}: {(stream.Synced ? "followed" : stream.Missing)}">
                <h3>{stream.Name}</h3>
                <p class="figure"><span class="pill {(stream.Synced ? "good" : "bad")}">{(stream.Synced ? "followed" : "not followed")}</span></p>
                <dl>

                """);
            if (stream.FollowedBy is { } way)
                html.Add($"<div><dt>by</dt><dd>{way}, {(stream.Dialect == "kubernetes" ? "as Kubernetes" : "as Minik8s")}</dd></div>\n");
            if (stream.LastContact is { } contact)
                html.Add($"<div><dt>last word</dt><dd>{new Moment(contact, report.Now)}</dd></div>\n");
            if (stream.KnownUntil is { } known)
                html.Add($"<div><dt>known until</dt><dd>{new Moment(known, report.Now)}</dd></div>\n");
            if (stream.Missing is { } missing)
                html.Add($"<div><dt>missing</dt><dd class=\"bad-text\">{missing}</dd></div>\n");
            html.Add($"</dl>\n</article>\n");
        }

        html.Add($"</div>\n</section>\n");
    }
}

using System.Security.Cryptography;
using System.Text;
using Minik8s.FileSd.Web.Objects;
using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Web.Pages;

/// <summary>Every node and pod that is known, by pages: what became of it, and what Prometheus has of it.</summary>
internal static class ObjectTable
{
    /// <summary>Of one object; <c>/api/objects</c> has all.</summary>
    private const int MostTargets = 20;

    /// <summary>Longer names are no names of Kubernetes, and do not fit into an address.</summary>
    private const int LongestName = 300;

    /// <param name="selector">Of the pods that are followed; empty for all.</param>
    /// <param name="withPrometheus">It is known what Prometheus has.</param>
    /// <param name="withLinks">Objects can be explained.</param>
    public static void Render(Html html, ObjectQuery query, ObjectPage page, StatusReport report, string selector, bool withPrometheus, bool withLinks)
    {
        html.Add($"<section aria-labelledby=\"objects\">\n<h2 id=\"objects\">Nodes and pods</h2>\n");
        Form(html, query, report);
        html.Add($"<div id=\"found\" data-live>\n<p class=\"found\" data-say=\"{page.Matching} of {page.Known} nodes and pods\">{page.Matching} of {page.Known} nodes and pods</p>\n");
        if (selector.Length > 0)
            html.Add($"<p class=\"quiet\">Of the pods, those with {selector} are followed and stand here.{(withLinks ? " Any other can be explained, above." : "")}</p>\n");
        if (page.Objects.Count > 0)
            Table(html, page, withPrometheus, withLinks);
        html.Add($"<nav class=\"pages\" aria-label=\"Pages of the table\">\n");
        if (query.After is not null)
            html.Add($"<a href=\"./{new Html.Exactly(query.ToUrl(null))}#objects\">First page</a>\n");
        if (page.Next is { } next)
            html.Add($"<a rel=\"next\" href=\"./{new Html.Exactly(query.ToUrl(ObjectCursor.Parse(next)))}#objects\">Next page</a>\n");
        html.Add($"</nav>\n</div>\n</section>\n");
    }

    private static void Form(Html html, ObjectQuery query, StatusReport report)
    {
        html.Add($"""
            <form id="search" class="ask" action="./" role="search" aria-label="Nodes and pods">
            <label for="q">Search</label>
            <input id="q" name="q" type="search" value="{query.Text}" placeholder="a part of a name or an address" autocomplete="off" spellcheck="false">
            <span class="field"><label for="kind">Kind</label>
            <select id="kind" name="kind">

            """);
        foreach (var (value, words) in new[] { ("", "nodes and pods"), ("nodes", "nodes"), ("pods", "pods") })
            Option(html, value, words, query.Kind ?? "");
        html.Add($"</select></span>\n<span class=\"field\"><label for=\"verdict\">Verdict</label>\n<select id=\"verdict\" name=\"verdict\">\n");
        foreach (var (value, words) in new[] { ("", "any"), (ObjectQuery.IsTarget, "a target"), (ObjectQuery.IsNotTarget, "not a target"), (ObjectQuery.IsRemarked, "with a remark") })
            Option(html, value, words, query.Verdict ?? "");
        foreach (var reason in report.Files.SelectMany(file => file.Verdicts.Keys).Append(query.Verdict ?? "").Distinct()
            .Where(verdict => verdict is not ("" or ObjectQuery.IsTarget or ObjectQuery.IsNotTarget or ObjectQuery.IsRemarked)))
        {
            Option(html, reason, reason.Replace('_', ' '), query.Verdict ?? "");
        }

        html.Add($"</select></span>\n<button>Search</button>\n</form>\n");
    }

    private static void Option(Html html, string value, string words, string chosen)
    {
        if (value == chosen)
            html.Add($"<option value=\"{value}\" selected>{words}</option>\n");
        else
            html.Add($"<option value=\"{value}\">{words}</option>\n");
    }

    private static void Table(Html html, ObjectPage page, bool withPrometheus, bool withLinks)
    {
        html.Add($"""
            <table role="table" class="objects">
            <caption class="unseen">Nodes and pods, and what became of them</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Kind</th><th scope="col" role="columnheader">Name</th><th scope="col" role="columnheader">Verdict</th><th scope="col" role="columnheader">Targets{(withPrometheus ? ", and how Prometheus has them" : "")}</th></tr></thead>
            <tbody role="rowgroup">

            """);
        foreach (var row in page.Objects)
            Row(html, row, withLinks);
        html.Add($"</tbody>\n</table>\n");
    }

    private static void Row(Html html, ObjectRow row, bool withLinks)
    {
        var name = row.Namespace.Length == 0 ? row.Name : $"{row.Namespace}/{row.Name}";
        html.Add($"""
            <tr role="row" id="o-{Id(row)}"><td role="cell" data-label="Kind" class="quiet">{row.Kind}</td>
            <th scope="row" role="rowheader" data-label="Name">
            """);
        if (withLinks && name.Length <= LongestName)
            html.Add($"<a id=\"x-{Id(row)}\" href=\"explain?kind={row.Kind}&amp;name={new Html.Exactly(Uri.EscapeDataString(name))}\">{name}</a>");
        else
            html.Add($"{name}");
        html.Add($"</th>\n<td role=\"cell\" data-label=\"Verdict\">");
        if (row.Reason is null)
            html.Add($"<span class=\"pill good\">target</span>");
        else
            html.Add($"<span class=\"pill none\">not a target</span> {row.Reason}");
        foreach (var remark in row.Remarks)
            html.Add($"<p class=\"remark\"><span class=\"pill warn\">remark</span> {remark.Text}: {remark.Fact}</p>");
        html.Add($"</td>\n<td role=\"cell\" data-label=\"Targets\">");
        if (row.Targets.Count > 0)
            Targets(html, row);
        else
            html.Add($"<span class=\"quiet\">none</span>");
        html.Add($"</td></tr>\n");
    }

    private static void Targets(Html html, ObjectRow row)
    {
        html.Add($"<ul class=\"plain\">");
        foreach (var target in row.Targets.Take(MostTargets))
        {
            html.Add($"<li><code>{target.Address}</code>");
            if (target.TakenBy is { } winner)
                html.Add($" <span class=\"pill none\">taken</span> by {winner}");
            if (target.Prometheus is { } scrape)
                html.Add($" <span class=\"pill {ClassOf(scrape.Health)}\">{(scrape.Health == "missing" ? "not in Prometheus" : scrape.Health)}</span> {scrape.Error}");
            html.Add($"</li>");
        }

        if (row.Targets.Count > MostTargets)
            html.Add($"<li>and {row.Targets.Count - MostTargets} more</li>");
        html.Add($"</ul>");
    }

    private static string ClassOf(string health) => health switch
    {
        "up" => "good",
        "down" or "missing" => "bad",
        _ => "none",
    };

    /// <summary>The same for the same object, and nothing that its owner could make up.</summary>
    private static string Id(ObjectRow row) =>
        Convert.ToHexStringLower(SHA256.HashData(new UTF8Encoding(false).GetBytes($"{row.Kind}\0{row.Namespace}\0{row.Name}")))[..16];
}

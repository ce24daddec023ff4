using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Web.Pages;

/// <summary>The last changes of the files, and why.</summary>
internal static class PublishTable
{
    /// <summary>Rows; <c>/api/status</c> has all that are remembered.</summary>
    private const int Most = 8;

    public static void Render(Html html, StatusReport report)
    {
        html.Add($"<div id=\"changes\" data-live>\n");
        if (report.Recent.Count > 0)
            Table(html, report);
        html.Add($"</div>\n");
    }

    private static void Table(Html html, StatusReport report)
    {
        html.Add($"""
            <section aria-labelledby="changes-title">
            <h2 id="changes-title">Last changes</h2>
            <table role="table">
            <caption class="unseen">The last publishes, the newest first</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">When</th><th scope="col" role="columnheader">File</th><th scope="col" role="columnheader">Because of</th><th scope="col" role="columnheader">Targets</th></tr></thead>
            <tbody role="rowgroup">

            """);
        foreach (var publish in report.Recent.Take(Most))
        {
            html.Add($"""
                <tr role="row"><td role="cell" data-label="When">{new Moment(publish.At, report.Now)}</td>
                <td role="cell" data-label="File" class="whole">{publish.File}</td>
                <td role="cell" data-label="Because of">{Words(publish)}</td>
                <td role="cell" data-label="Targets"><span class="delta">+{publish.Added}</span> <span class="delta">−{publish.Removed}</span> <span class="delta">~{publish.Relabelled}</span> <span class="quiet">{string.Join(", ", publish.Examples)}</span></td></tr>

                """);
        }

        html.Add($"</tbody>\n</table>\n<p class=\"quiet\">+ added, − removed, ~ with other labels</p>\n</section>\n");
    }

    private static string Words(PublishReport publish) => string.Concat(
        publish.Cause switch
        {
            "repair" => "somebody else had altered the file",
            "list" => $"a list of {publish.ObjectKind.ToLowerInvariant()}s",
            _ => $"{publish.ObjectKind.ToLowerInvariant()} {publish.Object}",
        },
        publish.ResourceVersion is null ? "" : $" at version {publish.ResourceVersion}",
        publish.Others > 0 ? $" and {publish.Others} more" : "");
}

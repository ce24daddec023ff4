using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Web.Objects;
using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Web.Pages;

/// <summary>The page at <c>/</c>, and what it is drawn and kept up to date by.</summary>
internal sealed class Page(FileSdOptions options, Layout layout, StatusReporter reporter, ObjectFinder objects, Answers answers) : IDisposable
{
    private static readonly Asset[] Assets =
        [Asset.Embedded("/page.css", "text/css; charset=utf-8"), Asset.Embedded("/page.js", "text/javascript; charset=utf-8")];

    /// <summary>Pages are drawn one after the other: however many are asked for, the other core is there for the files.</summary>
    private readonly SemaphoreSlim _one = new(1);

    public async Task AnswerAsync(HttpContext context)
    {
        if (ObjectQuery.Parse(context.Request.Query, out var fault) is not { } query)
        {
            await answers.TextAsync(context, StatusCodes.Status400BadRequest, Printable.Of(fault!));
            return;
        }

        await _one.WaitAsync(context.RequestAborted);
        string page;
        try
        {
            page = Render(query);
        }
        finally
        {
            _one.Release();
        }

        await answers.HtmlAsync(context, StatusCodes.Status200OK, page);
    }

    public void Dispose() => _one.Dispose();

    private string Render(ObjectQuery query)
    {
        var report = reporter.Report();
        return layout.Render(report.Ready ? "Ready" : "Not ready", html =>
        {
            StatusSections.Render(html, report);
            if (layout.Explains)
            {
                html.Add($"<section aria-labelledby=\"explain\">\n<h2 id=\"explain\">Explain</h2>\n");
                Layout.ExplainForm(html);
                html.Add($"</section>\n");
            }

            PublishTable.Render(html, report);
            ObjectTable.Render(html, query, objects.Find(query), report, options.PodSelector.Text, objects.KnowsPrometheus, layout.Explains);
        });
    }

    public Task AssetAsync(HttpContext context)
    {
        var asset = Assets.Single(each => each.Path == context.Request.Path.Value);
        return answers.TaggedAsync(context, asset.Tag, asset.Type, asset.Bytes.Length, [asset.Bytes]);
    }
}

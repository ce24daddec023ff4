using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Web.Objects;
using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Web;

/// <summary><c>/api/status</c> and <c>/api/objects</c>: what the page tells, for programs.</summary>
internal sealed class Reporting(StatusReporter reporter, ObjectFinder objects, Answers answers)
{
    public Task StatusAsync(HttpContext context) => answers.JsonAsync(context, reporter.Report(), WebJson.Default.StatusReport);

    public Task ObjectsAsync(HttpContext context) => ObjectQuery.Parse(context.Request.Query, out var fault) is { } query
        ? answers.JsonAsync(context, objects.Find(query), WebJson.Default.ObjectPage)
        : answers.TextAsync(context, StatusCodes.Status400BadRequest, Printable.Of(fault!));
}

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Web.Pages;

namespace Minik8s.FileSd.Web;

/// <summary>What is answered to whom asks: each a look at what others hold, and nothing that could change anything.</summary>
internal sealed class Endpoint(
    FileSdOptions options, Probes probes, TargetLists lists, Reporting reporting, Explanations explanations, EventStreams events, Page page, Answers answers)
    : IHttpApplication<HttpContext>
{
    /// <summary>Nothing is fetched but from here, nothing is sent but to here, and nobody shows it as a part of something else.</summary>
    private const string ContentSecurity =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    private readonly HostCheck _host = new(options.WebAddress);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.ContentSecurityPolicy = ContentSecurity;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        var (answer, isProbe) = Route(request.Path.Value);
        if (!isProbe && !_host.Takes(request.Host))
        {
            return answers.TextAsync(
                context, StatusCodes.Status421MisdirectedRequest,
                "it listens on loopback, and is asked there by an IP address, by localhost or by a name without a dot: another may be that of a foreign site");
        }

        if (!isProbe && IsForeign(request))
            return answers.TextAsync(context, StatusCodes.Status403Forbidden, "another site's page has asked for it");
        if (answer is null)
            return answers.TextAsync(context, StatusCodes.Status404NotFound, $"there are {string.Join(", ", Paths)}");
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return answer(context);
        headers.Allow = "GET, HEAD";
        return answers.TextAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET and HEAD");
    }

    /// <summary>
    /// A page of another site has its reader's browser ask, as for a picture; a browser says so. A link that somebody follows
    /// from there is none of these.
    /// </summary>
    private static bool IsForeign(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] == "cross-site" && request.Headers["Sec-Fetch-Mode"] != "navigate";

    /// <summary>What there is, for people.</summary>
    private IEnumerable<string> Paths =>
        ["/", "/metrics", "/healthz", "/readyz", "/sd/nodes", "/sd/pods", "/api/status", "/api/objects", "/api/events", .. explanations.IsPossible ? (string[])["/api/explain", "/explain"] : []];

    private (Func<HttpContext, Task>? Answer, bool IsProbe) Route(string? path) => path switch
    {
        "/metrics" => (probes.MetricsAsync, true),
        "/healthz" => (probes.HealthAsync, true),
        "/readyz" => (probes.ReadinessAsync, true),
        "/sd/nodes" => (context => lists.AnswerAsync(context, "nodes"), false),
        "/sd/pods" => (context => lists.AnswerAsync(context, "pods"), false),
        "/api/status" => (reporting.StatusAsync, false),
        "/api/objects" => (reporting.ObjectsAsync, false),
        "/api/explain" => (explanations.AnswerAsync, false),
        "/api/events" => (events.AnswerAsync, false),
        "/explain" => (explanations.PageAsync, false),
        "/" => (page.AnswerAsync, false),
        "/page.css" or "/page.js" => (page.AssetAsync, false),
        _ => (null, false),
    };
}

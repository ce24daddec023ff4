using Minik8s.FileSd.Explaining;

namespace Minik8s.FileSd.Web.Pages;

/// <summary>What all pages have around them. Links are relative, so that they hold behind a proxy that adds a path.</summary>
/// <param name="explainer">Null where nothing can be explained, and nothing is offered.</param>
internal sealed class Layout(Run run, TimeProvider time, IExplainer? explainer = null)
{
    private const string Icon =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='6' fill='none' stroke='%232563c9' stroke-width='2'/%3E%3Ccircle cx='8' cy='8' r='2.5' fill='%232563c9'/%3E%3C/svg%3E";

    /// <summary>Whether anything can be explained.</summary>
    public bool Explains => explainer is not null;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <param name="title">Of the window.</param>
    /// <param name="main">Writes the content, with the page's one heading of the first level.</param>
    public string Render(string title, Action<Html> main)
    {
        var (html, now) = (new Html(), Now);
        html.Add($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title} · minik8s-filesd</title>
            <link rel="icon" href="{new Html.Exactly(Icon)}">
            <link rel="stylesheet" href="page.css">
            <script src="page.js" defer></script>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header class="top">
            <a class="brand" href="./">minik8s-filesd</a>
            <span class="quiet">{run.Version}, up for {new Moment(run.Started, now).Span}</span>
            <span id="live" class="quiet">as of {$"{now.UtcDateTime:HH:mm:ss}"} UTC</span>
            </header>
            <main id="main" tabindex="-1" data-now="{$"{now.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}"}">

            """);
        main(html);
        html.Add($"""
            </main>
            <p id="news" class="unseen" role="status"></p>
            <footer>
            <nav aria-label="For programs">
            <ul class="inline">
            <li><a href="metrics">metrics</a></li>
            <li><a href="readyz">readyz</a></li>
            <li><a href="api/status">api/status</a></li>
            <li><a href="api/objects">api/objects</a></li>
            <li><a href="sd/nodes">sd/nodes</a></li>
            <li><a href="sd/pods">sd/pods</a></li>
            </ul>
            </nav>
            </footer>
            </body>
            </html>

            """);
        return html.ToString();
    }

    /// <summary>The form that asks about any pod, node or address.</summary>
    /// <param name="name">What it is filled in with; null for nothing.</param>
    public static void ExplainForm(Html html, string? kind = null, string? name = null)
    {
        html.Add($"""
            <form class="ask" action="explain" role="search" aria-label="Explain">
            <span class="field"><label for="explain-kind">Why is this</label>
            <select id="explain-kind" name="kind">

            """);
        foreach (var words in new[] { "pod", "node", "target" })
        {
            if (words == kind)
                html.Add($"<option value=\"{words}\" selected>{words}</option>\n");
            else
                html.Add($"<option value=\"{words}\">{words}</option>\n");
        }

        html.Add($"""
            </select></span>
            <label for="explain-name">by the name of</label>
            <input id="explain-name" name="name" required maxlength="512" value="{name}" placeholder="default/web-0, worker-1, 10.1.2.3:8080" autocomplete="off" spellcheck="false">
            <span>a target, or not?</span>
            <button>Explain</button>
            </form>

            """);
    }
}

using Minik8s.FileSd.Explaining;

namespace Minik8s.FileSd.Web.Pages;

/// <summary>The page that says why something is a target or is not.</summary>
internal static class ExplainPage
{
    public static string Render(Layout layout, Explanation explanation) => layout.Render(explanation.Subject.Name, html =>
    {
        var (pill, words) = explanation.IsTarget switch
        {
            true => ("good", "target"),
            false => ("none", "not a target"),
            null => ("warn", "not known"),
        };
        html.Add($"""
            <p><a href="./">Status</a></p>
            <section aria-labelledby="answer-title">
            <h1 id="answer-title">{explanation.Subject.Kind.ToString().ToLowerInvariant()} {explanation.Subject.Name}</h1>
            <p class="figure"><span class="pill {pill}">{words}</span> {explanation.Summary}</p>

            """);
        if (explanation.Targets.Count > 0)
        {
            html.Add($"<ul class=\"plain\" aria-label=\"Targets\">\n");
            foreach (var target in explanation.Targets)
                html.Add($"<li><code>{target}</code></li>\n");
            html.Add($"</ul>\n");
        }

        html.Add($"<h2>From the object to the scrape</h2>\n<ol class=\"checks\">\n");
        foreach (var check in explanation.Checks)
        {
            html.Add($"<li><span class=\"pill {ClassOf(check.Outcome)}\">{check.Outcome.ToString().ToLowerInvariant()}</span> <b>{check.Name.Replace('_', ' ')}</b> {check.Fact}");
            if (check.Fix is { } fix)
                html.Add($"<p class=\"fix\"><b>What to do:</b> {fix}</p>");
            html.Add($"</li>\n");
        }

        html.Add($"</ol>\n<p class=\"quiet\">Answered by {explanation.Source}.</p>\n</section>\n");
        Another(html, explanation.Subject);
    });

    /// <summary>The page with nothing but the form.</summary>
    /// <param name="fault">What was wrong with what was asked; null when nothing was asked.</param>
    public static string Render(Layout layout, string? fault, string? kind = null, string? name = null) => layout.Render("Explain", html =>
    {
        html.Add($"<p><a href=\"./\">Status</a></p>\n<h1>Explain</h1>\n");
        if (fault is not null)
            html.Add($"<p class=\"bad-text\">{fault}</p>\n");
        Layout.ExplainForm(html, kind, name);
    });

    private static void Another(Html html, Subject asked)
    {
        html.Add($"<section aria-labelledby=\"another\">\n<h2 id=\"another\">Another one</h2>\n");
        Layout.ExplainForm(html, Subject.Words(asked.Kind), asked.Name);
        html.Add($"</section>\n");
    }

    private static string ClassOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "good",
        CheckOutcome.Failed => "bad",
        CheckOutcome.Warned => "warn",
        _ => "none",
    };
}

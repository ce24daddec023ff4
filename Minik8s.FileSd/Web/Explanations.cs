using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Web.Pages;

namespace Minik8s.FileSd.Web;

/// <summary><c>/api/explain</c>, and <c>/explain</c> for people: why something is a target or is not.</summary>
/// <param name="explainer">Null where nothing can be explained.</param>
internal sealed class Explanations(Layout layout, Answers answers, IExplainer? explainer = null)
{
    /// <summary>At a time, for each asks the API server.</summary>
    public const int Most = 4;

    private int _open;

    /// <summary>Whether anything can be explained.</summary>
    public bool IsPossible => explainer is not null;

    public Task AnswerAsync(HttpContext context) => AnswerAsync(
        context,
        fault => answers.TextAsync(context, StatusCodes.Status400BadRequest, Printable.Of(fault)),
        explanation => answers.JsonAsync(context, explanation, ExplanationJson.Default.Explanation));

    public Task PageAsync(HttpContext context) => explainer is not null && context.Request.Query.Count == 0
        ? answers.HtmlAsync(context, StatusCodes.Status200OK, ExplainPage.Render(layout, fault: null))
        : AnswerAsync(
            context,
            fault => answers.HtmlAsync(context, StatusCodes.Status400BadRequest, ExplainPage.Render(layout, fault, context.Request.Query["kind"], context.Request.Query["name"])),
            explanation => answers.HtmlAsync(context, StatusCodes.Status200OK, ExplainPage.Render(layout, explanation)));

    private async Task AnswerAsync(HttpContext context, Func<string, Task> refuse, Func<Explanation, Task> answer)
    {
        if (explainer is null)
        {
            await answers.TextAsync(context, StatusCodes.Status501NotImplemented, "nothing can be explained here");
            return;
        }

        if (SubjectQuery.Parse(context.Request.Query, out var fault) is not { } subject)
        {
            await refuse(fault!);
            return;
        }

        var open = Interlocked.Increment(ref _open);
        try
        {
            if (open > Most)
                await answers.TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"{Most} questions are being answered already; ask again");
            else
                await answer(await explainer.ExplainAsync(subject, context.RequestAborted));
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}

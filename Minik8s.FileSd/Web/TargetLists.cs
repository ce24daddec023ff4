using Microsoft.AspNetCore.Http;

namespace Minik8s.FileSd.Web;

/// <summary>
/// <c>/sd/nodes</c> and <c>/sd/pods</c>: the bytes of the target files, for Prometheus' <c>http_sd_configs</c>. Before there is
/// a file it is an error, upon which Prometheus keeps the targets that it has; an empty list would take them.
/// </summary>
internal sealed class TargetLists(IReadOnlyList<Feed> feeds, Answers answers)
{
    /// <param name="plural"><c>nodes</c> or <c>pods</c>.</param>
    public Task AnswerAsync(HttpContext context, string plural)
    {
        var feed = feeds.Single(feed => feed.Plural == plural);
        return feed.FileStatus.State.Published is { } published
            ? answers.TaggedAsync(context, published.Hash, "application/json", published.Bytes, published.Content.Render())
            : answers.TextAsync(context, StatusCodes.Status503ServiceUnavailable, string.Join('\n', feed.Missing));
    }
}

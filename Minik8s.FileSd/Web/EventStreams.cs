using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Minik8s.FileSd.Scraping;

namespace Minik8s.FileSd.Web;

/// <summary>
/// <c>/api/events</c>: tells by server-sent events that something is other than before, and not what: who wants to know asks.
/// It looks by itself now and then, so that no listener, however slow, is anything that the pipeline would have to tell.
/// </summary>
/// <param name="prometheus">Null when Prometheus is not asked.</param>
internal sealed class EventStreams(
    IReadOnlyList<Feed> feeds, IHostApplicationLifetime lifetime, Answers answers, TimeProvider time, IPrometheusView? prometheus = null)
{
    /// <summary>Streams at a time.</summary>
    public const int Most = 16;

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>A comment after so much silence shows that it is alive, and finds out who has gone.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Then it ends, and a browser opens another: whoever is not there any more holds its place no longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private int _open;

    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var open = Interlocked.Increment(ref _open);
        try
        {
            if (open > Most)
            {
                await answers.TextAsync(context, StatusCodes.Status503ServiceUnavailable, $"there are {Most} listeners already");
                return;
            }

            context.Response.ContentType = "text/event-stream";
            if (HttpMethods.IsGet(context.Request.Method))
                await FollowAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task FollowAsync(HttpContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, context.RequestAborted);
        using var clock = new PeriodicTimer(Interval, time);
        try
        {
            var (began, said, seen) = (time.GetTimestamp(), time.GetTimestamp(), Look());
            var isTaken = await answers.SendAsync(context, "retry: 1000\n\n");
            while (isTaken && time.GetElapsedTime(began) < Longest && await clock.WaitForNextTickAsync(stop.Token))
            {
                var now = Look();
                var isOther = !now.SequenceEqual(seen);
                if (!isOther && time.GetElapsedTime(said) < Heartbeat)
                    continue;
                (said, seen) = (time.GetTimestamp(), now);
                isTaken = await answers.SendAsync(context, isOther ? "event: change\ndata: 1\n\n" : ":\n\n");
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The process ends, or the listener has gone.
        }
    }

    /// <summary>What, when it is another, is something new.</summary>
    private List<object?> Look()
    {
        var seen = new List<object?>();
        foreach (var feed in feeds)
        {
            var file = feed.FileStatus.State;
            seen.AddRange([file.Newest, file.Published, file.Missing, feed.Recent.Count > 0 ? feed.Recent[0] : null, .. feed.Streams.Select(stream => stream.State)]);
        }

        seen.Add(prometheus?.State);
        return seen;
    }
}

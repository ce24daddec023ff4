namespace Minik8s.ApiServer.Faults;

/// <summary>The middleware that makes requests fail as scripted.</summary>
internal sealed class FaultInjection(FaultScript script, TimeProvider time)
{
    /// <summary>The request item that tells a watch to hold its headers.</summary>
    public static readonly object HoldHeaders = new();

    /// <summary>The request item that tells a list, or the initial events of a watch, to be empty.</summary>
    public static readonly object EmptyList = new();

    private static readonly byte[] Letters = [.. Enumerable.Repeat((byte)'a', 64 * 1024)];

    public async Task InvokeAsync(HttpContext http, Func<Task> next)
    {
        var request = script.See(http);
        foreach (var rule in script.For(request))
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, rule.Removed);
            switch (rule.Fault)
            {
                case Fault.Delay delay:
                    await UntilAsync(Task.Delay(delay.For, time, over.Token));
                    break;
                case Fault.HoldUntil hold:
                    await UntilAsync(hold.Released.WaitAsync(over.Token));
                    break;
                case Fault.HoldHeaders:
                    http.Items[HoldHeaders] = true;
                    break;
                case Fault.EmptyList:
                    http.Items[EmptyList] = true;
                    break;
                case Fault.Refuse:
                    http.Abort();
                    return;
                case Fault.Stall:
                    await UntilAsync(Task.Delay(Timeout.InfiniteTimeSpan, time, over.Token));
                    http.Abort();
                    return;
                case Fault.Reply reply:
                    await ReplyAsync(http, reply);
                    return;
                case Fault.Flood flood:
                    await FloodAsync(http, flood, over.Token);
                    return;
                case Fault.Cut cut:
                    await CutAsync(http, cut, rule, next);
                    return;
                default:
                    throw new InvalidOperationException($"Nothing is known of the fault {rule.Fault}.");
            }
        }

        await next();
    }

    private static Task ReplyAsync(HttpContext http, Fault.Reply reply)
    {
        Http.Answer.Begin(http, reply.Code, reply.ContentType);
        if (reply.RetryAfter is { } after)
        {
            http.Response.Headers.RetryAfter = after;
        }

        return Http.Answer.BodyAsync(http, reply.Body);
    }

    private static async Task FloodAsync(HttpContext http, Fault.Flood flood, CancellationToken over)
    {
        Http.Answer.Begin(http, 200);
        await http.Response.Body.WriteAsync(flood.Opening, over);
        for (var left = flood.Length; left > 0; left -= Letters.Length)
        {
            await http.Response.Body.WriteAsync(Letters.AsMemory(0, (int)Math.Min(left, Letters.Length)), over);
        }
    }

    private async Task CutAsync(HttpContext http, Fault.Cut cut, FaultRule rule, Func<Task> next)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, rule.Removed);
        var whole = http.Response.Body;
        http.Response.OnStarting(() =>
        {
            http.Response.ContentLength = null;
            return Task.CompletedTask;
        });
        http.Response.Body = new CutStream(whole, cut, async () =>
        {
            if (cut.Then == CutEnd.Stall)
            {
                await UntilAsync(Task.Delay(Timeout.InfiniteTimeSpan, time, over.Token));
            }

            if (cut.Then is CutEnd.Stall or CutEnd.Reset)
            {
                http.Abort();
            }

            if (cut.Then != CutEnd.GoOn)
            {
                throw new AnswerCutException();
            }
        });
        try
        {
            await next();
        }
        catch (AnswerCutException)
        {
            // Whoever was answering has been stopped in mid-sentence, as scripted.
        }
        finally
        {
            http.Response.Body = whole;
        }
    }

    /// <summary>Waits until it has happened or is no longer waited for.</summary>
    private static Task UntilAsync(Task task) =>
        task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private sealed class AnswerCutException : Exception;
}

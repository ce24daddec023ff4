using Minik8s.ApiServer.Faults;

namespace Minik8s.ApiServer.Http;

/// <summary>The way of a request: faults, then who answers; and of every refusal back.</summary>
/// <param name="answer">Answers, until watches and long-polls are to end.</param>
internal sealed class Pipeline(
    Func<HttpContext, CancellationToken, Task> answer, FaultScript script, FaultInjection faults, FaultsEndpoint? faultsEndpoint,
    TextWriter? log, TextWriter errors)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var streams = script.Streams;
        streams.Enter(http);
        try
        {
            if (faultsEndpoint is null || !await faultsEndpoint.TryAnswerAsync(http))
            {
                await faults.InvokeAsync(http, () => AnswerAsync(http, streams.Ended));
            }
        }
        catch (Exception refused) when (RefusalOf(refused) is { } status)
        {
            await Answer.WriteAsync(http, status);
        }
        catch (Exception gone) when (gone is OperationCanceledException || http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, or the server wants to stop: there is nobody to tell.
            http.Abort();
        }
        catch (Exception unforeseen)
        {
            errors.WriteLine($"{http.Request.Method} {http.Request.Path}: {unforeseen}".ReplaceLineEndings(" "));
            await ConfessAsync(http, unforeseen);
        }
        finally
        {
            streams.Leave(http);
            log?.WriteLine($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString} {http.Response.StatusCode}");
        }
    }

    private async Task AnswerAsync(HttpContext http, CancellationToken ended)
    {
        try
        {
            await answer(http, ended);
        }
        catch (Exception refused) when (RefusalOf(refused) is { } status)
        {
            // Here, not further out: a scripted cut cuts refusals too.
            await Answer.WriteAsync(http, status);
        }
    }

    private static Status? RefusalOf(Exception wrong) => wrong switch
    {
        StatusException refused => refused.Status,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } large =>
            new Status(large.StatusCode, "RequestEntityTooLarge", large.Message),
        BadHttpRequestException bad => new Status(bad.StatusCode, "BadRequest", bad.Message),
        _ => null,
    };

    /// <summary>A mistake of this server is told as one; where an answer has begun, the connection breaks.</summary>
    private static async Task ConfessAsync(HttpContext http, Exception unforeseen)
    {
        if (http.Response.HasStarted || http.Response.BodyWriter is { CanGetUnflushedBytes: true, UnflushedBytes: > 0 })
        {
            http.Abort();
        }
        else
        {
            await Answer.WriteAsync(http, Status.InternalError(unforeseen.Message));
        }
    }
}

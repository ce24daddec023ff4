using System.Security.Cryptography;
using System.Text;
using Minik8s.ApiServer.Faults;

namespace Minik8s.ApiServer.Http;

/// <summary>The way of a request: faults, authentication, discovery, objects; and of every refusal back.</summary>
internal sealed class Pipeline(
    ApiHandler api, FaultScript script, FaultInjection faults, FaultsEndpoint? faultsEndpoint, Func<string?> token, TextWriter? log)
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
        catch (StatusException refused)
        {
            await Answer.WriteAsync(http, refused.Status);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the server wants to stop: there is nobody to tell.
            http.Abort();
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
            var path = http.Request.Path.Value ?? "/";
            if (!IsAuthorized(http, path))
            {
                throw new StatusException(Status.Unauthorized);
            }

            if (await Discovery.TryAnswerAsync(http))
            {
                return;
            }

            var request = RequestInfo.Parse(path) ?? throw new StatusException(Status.NoSuchPath);
            await api.HandleAsync(http, request, ended);
        }
        catch (StatusException refused)
        {
            await Answer.WriteAsync(http, refused.Status);
        }
        catch (BadHttpRequestException bad)
        {
            await Answer.WriteAsync(http, new Status(bad.StatusCode,
                bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "RequestEntityTooLarge" : "BadRequest", bad.Message));
        }
    }

    private bool IsAuthorized(HttpContext http, string path)
    {
        if (token() is not { } wanted)
        {
            return true;
        }

        var sent = http.Request.Headers.Authorization.ToString();
        return sent.Length == 0
            ? Discovery.IsOpenToAll(path)
            : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes("Bearer " + wanted));
    }
}

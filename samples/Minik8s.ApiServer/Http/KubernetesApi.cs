using System.Security.Cryptography;
using System.Text;

namespace Minik8s.ApiServer.Http;

/// <summary>The API of Kubernetes: authentication, discovery, objects.</summary>
internal sealed class KubernetesApi(ApiHandler objects, Func<string?> token)
{
    /// <param name="ended">Watches and long-polls are to end.</param>
    /// <exception cref="StatusException">Every refusal.</exception>
    public async Task AnswerAsync(HttpContext http, CancellationToken ended)
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
        await objects.HandleAsync(http, request, ended);
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
            : sent.Split(' ', 2) is [var scheme, var given]
                && scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
                && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));
    }
}

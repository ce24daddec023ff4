using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Minik8s.ApiServer.Http;

/// <summary>Whole answers.</summary>
internal static class Answer
{
    public static void Begin(HttpContext http, int code, string contentType = "application/json")
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.Headers.CacheControl = "no-cache, private";
    }

    public static Task WriteAsync(HttpContext http, Status status)
    {
        Begin(http, status.Code);
        if (status.Details?.RetryAfterSeconds is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return BodyAsync(http, status.ToJson());
    }

    public static Task WriteAsync(HttpContext http, JsonNode tree)
    {
        Begin(http, 200);
        return BodyAsync(http, Encoding.UTF8.GetBytes(tree.ToJsonString()));
    }

    public static Task TextAsync(HttpContext http, string text)
    {
        Begin(http, 200, "text/plain; charset=utf-8");
        return BodyAsync(http, Encoding.UTF8.GetBytes(text));
    }

    public static Task BodyAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}

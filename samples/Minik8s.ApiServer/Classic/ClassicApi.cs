using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Classic;

/// <summary>
/// The two lists of the original Minik8s, byte for byte as far as they do not depend on a node or pod: three paths, of
/// which no query changes anything, and a 404 for everything else. Recorded from the original, which is a Go program with gin.
/// </summary>
internal sealed class ClassicApi(Store store)
{
    /// <summary>Go's server lets no more than this pass with a Content-Length; the rest is chunked.</summary>
    private const int Buffered = 2048;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Nothing = "null";

    private long _beat;

    /// <summary>What a path lists there; null for any other path.</summary>
    public static ResourceKind? KindOf(string? path) => path switch
    {
        "/api/node" => ResourceKind.Nodes,
        "/api/pod" or "/api/get/allpods" => ResourceKind.Pods,
        _ => null,
    };

    public Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        return http.Request.Method != "GET" ? NotFoundAsync(http)
            : KindOf(path) is { } kind ? WriteAsync(
                http, 200, "application/json; charset=utf-8", http.Items.ContainsKey(Faults.FaultInjection.EmptyList) ? Nothing : List(kind))
            : path.EndsWith('/') && KindOf(path[..^1]) is not null ? MovedAsync(http, path[..^1] + http.Request.QueryString)
            : NotFoundAsync(http);
    }

    private string List(ResourceKind kind)
    {
        var beat = Interlocked.Increment(ref _beat);
        JsonArray list =
        [
            // There, what is being deleted is out of the list at once; its kubelet ends it afterwards.
            .. from stored in store.Current.Of(kind)
               let tree = ObjectJson.ToTree(stored)
               where ObjectJson.Text(tree, "metadata", "deletionTimestamp") is null
               select kind == ResourceKind.Nodes ? ClassicNode.From(stored, tree, beat) : ClassicPod.From(stored, tree, beat),
        ];

        // Go spells these so within strings, and they stand nowhere else.
        return list is [] ? Nothing : list.ToJsonString(Plain)
            .Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace(">", "\\u003e", StringComparison.Ordinal)
            .Replace("&", "\\u0026", StringComparison.Ordinal);
    }

    private static Task NotFoundAsync(HttpContext http) => WriteAsync(http, 404, "text/plain", "404 page not found");

    private static Task MovedAsync(HttpContext http, string to)
    {
        http.Response.Headers.Location = to;
        return WriteAsync(
            http, 301, "text/html; charset=utf-8", $"<a href=\"{WebUtility.HtmlEncode(to)}\">Moved Permanently</a>.\n\n");
    }

    private static Task WriteAsync(HttpContext http, int code, string contentType, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length > Buffered ? null : body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}

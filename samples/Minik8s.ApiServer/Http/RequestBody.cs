using System.Text.Json;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Http;

/// <summary>Reads what a client sent.</summary>
internal static class RequestBody
{
    /// <summary>An object of a kind, without <c>kind</c> and <c>apiVersion</c>.</summary>
    /// <exception cref="StatusException">400 or 415.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpContext http, ResourceKind kind)
    {
        CheckContentType(http);
        if (await ReadAsync(http) is not JsonObject tree)
        {
            throw new StatusException(Status.BadRequest($"the body is not a {kind.Kind} in JSON"));
        }

        var name = ObjectJson.Text(tree, "kind") ?? kind.Kind;
        var version = ObjectJson.Text(tree, "apiVersion") ?? "v1";
        if (name != kind.Kind || version != "v1")
        {
            throw new StatusException(Status.BadRequest($"{name} in version \"{version}\" cannot be handled as a {kind.Kind}"));
        }

        tree.Remove("kind");
        tree.Remove("apiVersion");
        return tree;
    }

    /// <summary>Whatever JSON was sent; null for an empty body.</summary>
    /// <exception cref="StatusException">400: it is not JSON.</exception>
    public static async Task<JsonNode?> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        if (body.Length == 0)
        {
            return null;
        }

        try
        {
            return ObjectJson.Parse(body.GetBuffer().AsSpan(0, (int)body.Length));
        }
        catch (JsonException unreadable)
        {
            throw new StatusException(Status.BadRequest($"the object provided is unrecognized: {unreadable.Message}"));
        }
    }

    private static void CheckContentType(HttpContext http)
    {
        var type = MediaType(http);
        if (type is not ("" or "application/json" or "text/json" or "*/*"))
        {
            throw new StatusException(Status.UnsupportedMediaType("application/json"));
        }
    }

    /// <summary>The content type without its parameters.</summary>
    public static string MediaType(HttpContext http) =>
        (http.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
}

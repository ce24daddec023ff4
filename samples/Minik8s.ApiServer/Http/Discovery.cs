using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Http;

/// <summary>What the server tells of itself: versions, health, the resources it knows.</summary>
internal static class Discovery
{
    private static readonly byte[] Proto2 = [0x0A, 0x03, (byte)'2', (byte)'.', (byte)'0'];

    private static readonly string[] Paths =
        ["/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"];

    /// <summary>Answers the paths that need no store; false for any other.</summary>
    /// <exception cref="StatusException">405: they are for reading.</exception>
    public static async Task<bool> TryAnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        path = path.Length > 1 ? path.TrimEnd('/') : path;
        if (Paths.Contains(path) && http.Request.Method is not ("GET" or "HEAD"))
        {
            throw new StatusException(Status.MethodNotAllowed);
        }

        switch (path)
        {
            case "/healthz" or "/livez" or "/readyz":
                await Answer.TextAsync(http, "ok");
                return true;
            case "/version":
                await Answer.WriteAsync(http, Version());
                return true;
            case "/":
                await Answer.WriteAsync(http, new JsonObject
                {
                    ["paths"] = new JsonArray([.. Paths.Select(known => (JsonNode)known)]),
                });
                return true;
            case "/api":
                await Answer.WriteAsync(http, new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") });
                return true;
            case "/apis":
                await Answer.WriteAsync(http, new JsonObject
                {
                    ["kind"] = "APIGroupList",
                    ["apiVersion"] = "v1",
                    ["groups"] = new JsonArray(),
                });
                return true;
            case "/api/v1":
                await Answer.WriteAsync(http, Resources());
                return true;
            case "/openapi/v2":
                await OpenApi2Async(http);
                return true;
            case "/openapi/v3":
                await Answer.WriteAsync(http, new JsonObject
                {
                    ["paths"] = new JsonObject { ["api/v1"] = new JsonObject { ["serverRelativeURL"] = "/openapi/v3/api/v1" } },
                });
                return true;
            case "/openapi/v3/api/v1":
                await Answer.WriteAsync(http, OpenApi3());
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether anyone may ask, as real servers allow by default.</summary>
    public static bool IsOpenToAll(string path) => path is "/healthz" or "/livez" or "/readyz" or "/version";

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = "v1.32.0+minik8s",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = "dotnet",
        ["platform"] = "linux/amd64",
    };

    private static JsonObject Resources()
    {
        var resources = new JsonArray();
        foreach (var kind in ResourceKind.All)
        {
            var resource = Resource(kind, kind.Plural, "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
            resource["shortNames"] = new JsonArray(kind.ShortName);
            resource["singularName"] = kind.Kind.ToLowerInvariant();
            if (kind == ResourceKind.Pods)
            {
                resource["categories"] = new JsonArray("all");
            }

            resources.Add((JsonNode)resource);
            resources.Add((JsonNode)Resource(kind, kind.Plural + "/status", "get", "patch", "update"));
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["groupVersion"] = "v1",
            ["resources"] = resources,
        };
    }

    private static JsonObject Resource(ResourceKind kind, string name, params string[] verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = "",
        ["namespaced"] = kind.Namespaced,
        ["kind"] = kind.Kind,
        ["verbs"] = new JsonArray([.. verbs.Select(verb => (JsonNode)verb)]),
    };

    /// <summary>
    /// A document without schemas: a client that validates against it finds nothing to object to. Older kubectl reads it
    /// as protobuf only, where these five bytes are such a document.
    /// </summary>
    private static Task OpenApi2Async(HttpContext http)
    {
        if (http.Request.Headers.Accept.ToString().Contains("protobuf", StringComparison.Ordinal))
        {
            Answer.Begin(http, 200, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
            return Answer.BodyAsync(http, Proto2);
        }

        return Answer.WriteAsync(http, new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = Info(),
            ["paths"] = new JsonObject(),
            ["definitions"] = new JsonObject(),
        });
    }

    /// <summary>
    /// kubectl looks here whether the server validates fields itself; if it says so, kubectl leaves it to the server.
    /// </summary>
    private static JsonObject OpenApi3()
    {
        var paths = new JsonObject();
        foreach (var kind in ResourceKind.All)
        {
            var path = kind.Namespaced ? $"/api/v1/namespaces/{{namespace}}/{kind.Plural}" : $"/api/v1/{kind.Plural}";
            paths[path] = new JsonObject { ["post"] = Operation(kind) };
            paths[path + "/{name}"] = new JsonObject { ["put"] = Operation(kind), ["patch"] = Operation(kind) };
        }

        return new JsonObject { ["openapi"] = "3.0.0", ["info"] = Info(), ["paths"] = paths };
    }

    private static JsonObject Operation(ResourceKind kind) => new()
    {
        ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = kind.Kind },
        ["parameters"] = new JsonArray(Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation")),
        ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
    };

    private static JsonObject Parameter(string name) => new()
    {
        ["name"] = name,
        ["in"] = "query",
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private static JsonObject Info() => new() { ["title"] = "Minik8s.ApiServer", ["version"] = "v1" };
}

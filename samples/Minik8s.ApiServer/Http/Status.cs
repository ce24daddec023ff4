using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Http;

/// <summary>One reason among several for a refusal.</summary>
internal sealed record StatusCause(string Reason, string Message, string? Field = null);

/// <summary>What a Status says beyond its message.</summary>
internal sealed record StatusDetails(
    string? Name = null, string? Kind = null, string? Uid = null,
    IReadOnlyList<StatusCause>? Causes = null, int? RetryAfterSeconds = null);

/// <summary>Kubernetes' answer for everything that is not an object: the errors, and a deletion that went well.</summary>
internal sealed record Status(int Code, string Reason, string Message, StatusDetails? Details = null)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A <c>metadata.continue</c> to go on with; only for an expired one.</summary>
    public string? Continue { get; init; }

    public static Status Deleted(ResourceKind kind, string name, string uid) =>
        new(200, "", "", new StatusDetails(name, kind.Plural, uid));

    public static Status BadRequest(string message) => new(400, "BadRequest", message);

    public static Status Unauthorized { get; } = new(401, "Unauthorized", "Unauthorized");

    public static Status NotFound(ResourceKind kind, string name) =>
        new(404, "NotFound", $"{kind.Plural} \"{name}\" not found", new StatusDetails(name, kind.Plural));

    public static Status NoSuchPath { get; } =
        new(404, "NotFound", "the server could not find the requested resource", new StatusDetails());

    public static Status MethodNotAllowed { get; } =
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", new StatusDetails());

    public static Status NotAcceptable { get; } =
        new(406, "NotAcceptable", "only the following media types are accepted: application/json");

    public static Status AlreadyExists(ResourceKind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.Plural} \"{name}\" already exists", new StatusDetails(name, kind.Plural));

    public static Status Conflict(ResourceKind kind, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.Plural} \"{name}\": {why}",
            new StatusDetails(name, kind.Plural));

    public static Status Modified(ResourceKind kind, string name) => Conflict(kind, name,
        "the object has been modified; please apply your changes to the latest version and try again");

    public static Status Expired(string message) => new(410, "Expired", message);

    public static Status TooOld(long version, long oldest) =>
        Expired($"too old resource version: {version} ({oldest})");

    public static Status UnsupportedMediaType(string accepted) => new(415, "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {accepted}");

    public static Status Invalid(string kind, string name, IReadOnlyList<StatusCause> causes)
    {
        var texts = causes.Select(cause => $"{cause.Field}: {cause.Message}").ToArray();
        var what = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        return new Status(422, "Invalid", $"{kind} \"{name}\" is invalid: {what}",
            new StatusDetails(name.Length == 0 ? null : name, kind, Causes: causes));
    }

    public static Status InternalError(string what) =>
        new(500, "InternalError", $"Internal error occurred: {what}", new StatusDetails(Causes: [new StatusCause("", what)]));

    public static Status VersionTooLarge(long version, long current) => new(504, "Timeout",
        $"Timeout: Too large resource version: {version}, current: {current}",
        new StatusDetails(
            Causes: [new StatusCause("ResourceVersionTooLarge", "Too large resource version")],
            RetryAfterSeconds: 1));

    public JsonObject ToTree()
    {
        var tree = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1" };
        tree["metadata"] = Continue is null ? [] : new JsonObject { ["continue"] = Continue };
        tree["status"] = Code < 300 ? "Success" : "Failure";
        Set(tree, "message", Message);
        Set(tree, "reason", Reason);
        if (Details is { } details)
        {
            var said = new JsonObject();
            Set(said, "name", details.Name);
            Set(said, "kind", details.Kind);
            Set(said, "uid", details.Uid);
            if (details.Causes is { } causes)
            {
                said["causes"] = new JsonArray([.. causes.Select(ToTree)]);
            }

            if (details.RetryAfterSeconds is { } seconds)
            {
                said["retryAfterSeconds"] = seconds;
            }

            tree["details"] = said;
        }

        if (Code >= 300)
        {
            tree["code"] = Code;
        }

        return tree;
    }

    public byte[] ToJson() => Encoding.UTF8.GetBytes(ToTree().ToJsonString(Plain));

    private static JsonObject ToTree(StatusCause cause)
    {
        var tree = new JsonObject();
        Set(tree, "reason", cause.Reason);
        Set(tree, "message", cause.Message);
        Set(tree, "field", cause.Field);
        return tree;
    }

    private static void Set(JsonObject tree, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            tree[name] = value;
        }
    }
}

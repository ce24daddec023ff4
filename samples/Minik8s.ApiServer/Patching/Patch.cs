using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;

namespace Minik8s.ApiServer.Patching;

/// <summary>The kinds of patch by their media types.</summary>
internal static class Patch
{
    private const string Accepted =
        "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json";

    /// <exception cref="StatusException">415, or 400 for a patch that is not one.</exception>
    public static Func<JsonObject, JsonObject> For(string mediaType, JsonNode? patch) => (mediaType, patch) switch
    {
        ("application/merge-patch+json", JsonObject merge) => o => MergePatch.Apply(o, merge),
        ("application/strategic-merge-patch+json", JsonObject merge) => o => StrategicMergePatch.Apply(o, merge),
        ("application/json-patch+json", JsonArray operations) => o => JsonPatch.Apply(o, operations),
        ("application/merge-patch+json" or "application/strategic-merge-patch+json" or "application/json-patch+json", _) =>
            throw new StatusException(Status.BadRequest($"the body is not a patch of type {mediaType}")),
        _ => throw new StatusException(Status.UnsupportedMediaType(Accepted)),
    };
}

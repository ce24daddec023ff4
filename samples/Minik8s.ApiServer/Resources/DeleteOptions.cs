using System.Text.Json.Nodes;

namespace Minik8s.ApiServer.Resources;

/// <summary>How to delete.</summary>
/// <param name="GracePeriodSeconds">Null: what the object asks for. 0: at once.</param>
/// <param name="Uid">Precondition: delete only the object with this UID.</param>
/// <param name="ResourceVersion">Precondition: delete only this version.</param>
internal sealed record DeleteOptions(
    long? GracePeriodSeconds = null, string? Uid = null, string? ResourceVersion = null, bool DryRun = false)
{
    public static DeleteOptions Forced { get; } = new(GracePeriodSeconds: 0);

    public static DeleteOptions From(JsonObject? body, long? graceInQuery, bool dryRun) => new(
        ObjectJson.Number(body, "gracePeriodSeconds") ?? graceInQuery,
        ObjectJson.Text(body, "preconditions", "uid"),
        ObjectJson.Text(body, "preconditions", "resourceVersion"),
        dryRun || body?["dryRun"] is JsonArray { Count: > 0 });
}

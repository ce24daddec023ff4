using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;

namespace Minik8s.ApiServer.Resources;

/// <summary>How to delete.</summary>
/// <param name="GracePeriodSeconds">Null: what the object asks for. 0: at once.</param>
/// <param name="Uid">Precondition: delete only the object with this UID.</param>
/// <param name="ResourceVersion">Precondition: delete only this version.</param>
internal sealed record DeleteOptions(
    long? GracePeriodSeconds = null, string? Uid = null, string? ResourceVersion = null, bool DryRun = false)
{
    public static DeleteOptions Forced { get; } = new(GracePeriodSeconds: 0);

    /// <exception cref="StatusException">422: an unknown dry run.</exception>
    public static DeleteOptions From(JsonObject? body, long? graceInQuery, bool dryRun) => new(
        ObjectJson.Number(body, "gracePeriodSeconds") ?? graceInQuery,
        ObjectJson.Text(body, "preconditions", "uid"),
        ObjectJson.Text(body, "preconditions", "resourceVersion"),
        dryRun || (body?["dryRun"] is { } stages
            && Resources.DryRun.IsWanted([.. (stages as JsonArray ?? [null]).Select(stage => ObjectJson.Text(stage))])));
}

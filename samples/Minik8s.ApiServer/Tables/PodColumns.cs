using System.Globalization;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Tables;

/// <summary>What a pod's row says about its containers.</summary>
internal static class PodColumns
{
    public static string Ready(JsonObject pod)
    {
        var ready = Columns.Elements(pod["status"]?["containerStatuses"]).Count(c => Flag(c["ready"]));
        var all = Columns.Elements(pod["spec"]?["containers"]).Count();
        return string.Create(CultureInfo.InvariantCulture, $"{ready}/{all}");
    }

    public static string Restarts(JsonObject pod) => Columns.Elements(pod["status"]?["containerStatuses"])
        .Aggregate(0L, (sum, c) => unchecked(sum + (ObjectJson.Number(c, "restartCount") ?? 0)))
        .ToString(CultureInfo.InvariantCulture);

    /// <summary>The most telling word: why a container waits or ended, else the phase.</summary>
    public static string? Status(JsonObject pod)
    {
        if (ObjectJson.Text(pod, "metadata", "deletionTimestamp") is not null)
        {
            return "Terminating";
        }

        var phase = ObjectJson.Text(pod, "status", "phase");
        return ObjectJson.Text(pod, "status", "reason") ?? Columns.Elements(pod["status"]?["containerStatuses"])
            .Select(c => ObjectJson.Text(c, "state", "waiting", "reason")
                ?? (phase == "Succeeded" || phase == "Failed" ? ObjectJson.Text(c, "state", "terminated", "reason") : null))
            .FirstOrDefault(reason => !string.IsNullOrEmpty(reason)) ?? phase;
    }

    private static bool Flag(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}

using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;
using Minik8s.ApiServer.Tables;

namespace Minik8s.ApiServer.Classic;

/// <summary>A node as the original Minik8s tells it.</summary>
internal static class ClassicNode
{
    /// <param name="tree">The object as Kubernetes has it.</param>
    /// <param name="beat">Counts the answers: no two tell the same statistics.</param>
    public static JsonObject From(StoredObject stored, JsonObject tree, long beat) => new()
    {
        ["ApiVersion"] = "v1",
        ["Kind"] = "Node",
        ["metadata"] = ClassicMetadata.From(stored, tree, "system", noLabels: []),
        ["Info"] = new JsonObject { ["Ip"] = Address(tree["status"]) },
        ["Status"] = new JsonObject { ["State"] = IsReady(tree["status"]) ? "Healthy" : "Unhealthy" },
        ["Stats"] = new JsonObject
        {
            ["CpuUsage"] = new JsonObject
            {
                ["Total"] = 1_214_995 + (98 * beat),
                ["Idle"] = 970_970 + (80 * beat),
                ["Iowait"] = 2_590 + (beat / 16),
            },
            ["MemUsage"] = new JsonObject
            {
                ["UsedBytes"] = 491_335_680 + (4096 * (beat % 64)),
                ["AvailableBytes"] = 23_761_915_904 - (4096 * (beat % 64)),
            },
        },
    };

    private static string Address(JsonNode? status) => Columns.Elements(status?["addresses"])
        .Where(address => ObjectJson.Text(address, "type") == "InternalIP")
        .Select(address => ObjectJson.Text(address, "address"))
        .FirstOrDefault() ?? "";

    /// <summary>A node that has not said how it is counts as healthy, with an address or without.</summary>
    private static bool IsReady(JsonNode? status) => !Columns.Elements(status?["conditions"]).Any(condition =>
        ObjectJson.Text(condition, "type") == "Ready" && ObjectJson.Text(condition, "status") is "False" or "Unknown");
}

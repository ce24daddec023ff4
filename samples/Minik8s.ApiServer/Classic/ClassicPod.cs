using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Classic;

/// <summary>A pod as the original Minik8s tells it. Quantities are not read: both limits are 0, as where there is none.</summary>
internal static class ClassicPod
{
    /// <param name="tree">The object as Kubernetes has it.</param>
    /// <param name="beat">Counts the answers: no two tell the same statistics.</param>
    public static JsonObject From(StoredObject stored, JsonObject tree, long beat)
    {
        var (spec, status) = (tree["spec"] as JsonObject, tree["status"] as JsonObject);
        var address = ObjectJson.Text(status, "podIP") ?? "";
        return new JsonObject
        {
            ["ApiVersion"] = "v1",
            ["Kind"] = "Pod",
            ["metadata"] = ClassicMetadata.From(stored, tree, stored.Namespace, noLabels: null),
            ["Spec"] = new JsonObject
            {
                ["Containers"] = ClassicContainers.From(spec, status),
                ["Volumes"] = ClassicContainers.Volumes(spec),
                ["NodeSelector"] = spec?["nodeSelector"] is JsonObject { Count: > 0 } selector ? selector.DeepClone() : null,
                ["MemLimit"] = 0,
                ["CpuLimit"] = 0,
            },
            ["Status"] = new JsonObject
            {
                ["SandboxId"] = address.Length > 0 ? ClassicContainers.Id($"{stored.Uid} {address}") : "",
                ["PodPhase"] = Phase(stored),
                ["HostIP"] = ObjectJson.Text(status, "hostIP") ?? "",
                ["PodIP"] = address,
            },
            ["Stats"] = Stats(address.Length > 0 ? beat : 0),
        };
    }

    /// <summary>Created until a node was found; Created again when its status was reset.</summary>
    private static string Phase(StoredObject stored) =>
        stored.Phase is "" || (stored.Phase is "Pending" && stored.NodeName is "") ? "Created" : stored.Phase;

    private static JsonObject Stats(long beat) => new()
    {
        ["CpuUsage"] = new JsonObject { ["TotalNanos"] = beat == 0 ? 0 : 1_200_000 + (37 * beat) },
        ["MemoryUsage"] = new JsonObject
        {
            ["WorkingSetBytes"] = beat == 0 ? 0 : 9_000_000 + (4096 * (beat % 64)),
            ["AvailableBytes"] = 0,
            ["UsageBytes"] = beat == 0 ? 0 : 11_000_000 + (4096 * (beat % 64)),
        },
    };
}

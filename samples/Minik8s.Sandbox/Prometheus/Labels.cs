using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Prometheus;

/// <summary>Label names and values, as Prometheus and its target files write them.</summary>
internal static class Labels
{
    public static IReadOnlyDictionary<string, string> From(JsonNode? labels) =>
        labels?.AsObject().ToDictionary(label => label.Key, label => label.Value?.GetValue<string>() ?? "") ?? [];
}

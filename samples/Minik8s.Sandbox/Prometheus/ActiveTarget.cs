using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Prometheus;

/// <summary>A target that Prometheus scrapes.</summary>
/// <param name="Job">The name of its scrape configuration.</param>
/// <param name="Address">Host and port, as discovered.</param>
/// <param name="Health"><c>up</c>, <c>down</c>, or <c>unknown</c> before the first scrape.</param>
/// <param name="LastError">Why the last scrape failed; empty when it did not.</param>
/// <param name="Labels">The labels that its series get.</param>
/// <param name="FromFile">Whether a target file named it.</param>
internal sealed record ActiveTarget(
    string Job,
    string Address,
    string Health,
    string LastError,
    IReadOnlyDictionary<string, string> Labels,
    bool FromFile)
{
    public static ActiveTarget From(JsonNode target)
    {
        var discovered = Prometheus.Labels.From(target["discoveredLabels"]);
        return new ActiveTarget(
            target["scrapePool"]!.GetValue<string>(),
            discovered["__address__"],
            target["health"]!.GetValue<string>(),
            target["lastError"]!.GetValue<string>(),
            Prometheus.Labels.From(target["labels"]),
            discovered.ContainsKey("__meta_filepath"));
    }
}

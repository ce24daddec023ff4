using System.Globalization;
using Minik8s.Sandbox.Alertmanager;
using Minik8s.Sandbox.Grafana;
using Minik8s.Sandbox.Prometheus;

namespace Minik8s.Sandbox.Acceptance;

/// <summary>Where the acceptance run looks: at Prometheus, the target files, Alertmanager.</summary>
internal sealed class Sights(SandboxCluster cluster, AlertmanagerClient alertmanager, DashboardCheck dashboards)
{
    /// <summary>The annotations that every alert has.</summary>
    private static readonly string[] Words = ["summary", "description", "runbook"];

    /// <summary>A query that yields something.</summary>
    public Sight Has(string query) => new(query, async cancellationToken =>
    {
        var samples = await cluster.Prometheus.QueryAsync(query, cancellationToken);
        return new Look(samples.Count > 0, Values(samples));
    });

    /// <summary>A query that yields one series, and this value.</summary>
    public Sight Is(string query, double value) => new($"{query} == {Text(value)}", async cancellationToken =>
    {
        var samples = await cluster.Prometheus.QueryAsync(query, cancellationToken);
        return samples is [var only] && only.Value == value ? Look.AsAsked : new Look(Holds: false, Values(samples));
    });

    /// <summary>A query that yields nothing: what it asks for is not at zero, but gone.</summary>
    public Sight HasNo(string query) => new($"no {query}", async cancellationToken =>
    {
        var samples = await cluster.Prometheus.QueryAsync(query, cancellationToken);
        return samples is [] ? Look.AsAsked : new Look(Holds: false, Values(samples));
    });

    /// <summary>A node or pod that is no target any more: not in the file, and not with Prometheus.</summary>
    public Sight NoTarget(string label, string value) => new($"no target with {label}={value}", async cancellationToken =>
    {
        bool Named(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault(label) == value;
        var inFiles = FileTarget.ReadAll(cluster.TargetsFolder).Count(target => Named(target.Labels));
        var scraped = (await cluster.Prometheus.TargetsAsync(cancellationToken)).Count(target => Named(target.Labels));
        return inFiles + scraped == 0 ? Look.AsAsked : new Look(Holds: false, $"{inFiles} in the target files, {scraped} with Prometheus");
    });

    /// <summary>An alert that has arrived with its labels, and the words for the person who reads it.</summary>
    public Sight Arrived(string name, string node, string severity) => new(
        $"{name} of {node} in Alertmanager, {severity}, with summary, description and runbook",
        async cancellationToken =>
        {
            var alerts = await AlertsAsync(name, node, cancellationToken);
            return new Look(
                alerts is [var alert]
                    && alert.Labels.GetValueOrDefault("severity") == severity
                    && Words.All(text => alert.Annotations.GetValueOrDefault(text) is { Length: > 0 }),
                alerts is [] ? "no such alert" : string.Join("; ", alerts.Select(alert => alert.Annotations.GetValueOrDefault("summary"))));
        });

    public Sight Resolved(string name, string node) => new($"no {name} of {node} in Alertmanager", async cancellationToken =>
    {
        var alerts = await AlertsAsync(name, node, cancellationToken);
        return alerts is [] ? Look.AsAsked : new Look(Holds: false, "still there");
    });

    public Sight EveryPanelHasData() => new("every expression of every dashboard has data", async cancellationToken =>
    {
        var unanswered = await dashboards.UnansweredAsync(cancellationToken);
        return new Look(unanswered is [], unanswered is []
            ? $"{dashboards.Dashboards} dashboards, {dashboards.Panels} panels, {dashboards.Expressions} expressions, "
                + "each as the dashboard opens and for one node or pod alone"
            : $"{unanswered.Count} without: {string.Join(" | ", unanswered.Take(5))}");
    });

    /// <summary>That Prometheus is the very process it was, and has never read its configuration again.</summary>
    public Sight Same(PrometheusIdentity before) => new("Prometheus was neither restarted nor reloaded", async cancellationToken =>
    {
        var now = await PrometheusIdentity.OfAsync(cluster, cancellationToken);
        return new Look(now == before, $"{now.Process}, started {Time(now.Started)}, configuration loaded {Time(now.ConfigurationLoaded)}");
    });

    public Sight OwnMetricIs(string name, double value) => new($"Prometheus' own {name} == {Text(value)}", async cancellationToken =>
    {
        var now = await cluster.Prometheus.OwnMetricAsync(name, cancellationToken);
        return now == value ? Look.AsAsked : new Look(Holds: false, Text(now));
    });

    private async Task<IReadOnlyList<ReceivedAlert>> AlertsAsync(string name, string node, CancellationToken cancellationToken) =>
        [.. (await alertmanager.AlertsAsync(cancellationToken)).Where(alert =>
            alert.Name == name && alert.Labels.GetValueOrDefault("node") == node)];

    private static string Values(IReadOnlyList<Sample> samples) => samples switch
    {
        [] => "nothing",
        { Count: > 3 } => $"{samples.Count} series",
        _ => string.Join(", ", samples.Select(sample => Text(sample.Value))),
    };

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Time(double seconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)).ToString("HH:mm:ss.f'Z'", CultureInfo.InvariantCulture);
}

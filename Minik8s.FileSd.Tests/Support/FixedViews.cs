using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Scraping;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>Answers every question by the same checks, and remembers it.</summary>
internal sealed class FixedExplainer(params IReadOnlyList<ExplainCheck> checks) : IExplainer
{
    /// <summary>No question is answered before it has completed.</summary>
    public Task Gate { get; init; } = Task.CompletedTask;

    public async Task<Explanation> ExplainAsync(Subject subject, CancellationToken stop)
    {
        await Gate.WaitAsync(stop);
        return new(subject, false, "pod_without_port", $"{subject.Name} is not a target: no port is named prometheus", [], checks, "the running daemon");
    }
}

/// <summary>A Prometheus that has what a test says.</summary>
internal sealed class FixedPrometheus : IPrometheusView
{
    public PrometheusState? State { get; set; }

    public Task<PrometheusState?> AskAsync(CancellationToken stop) => Task.FromResult(State);
}

using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>
/// A real Prometheus, real node_exporters, a real program with metrics and the daemon's process, brought up by the very
/// class that the sandbox uses. Without Prometheus and node_exporter these tests fail and say what to install.
/// </summary>
[Category("EndToEnd")]
[Parallelizable(ParallelScope.All)]
internal sealed class MonitoringTests
{
    private readonly CancellationTokenSource _end = new();
    private SandboxCluster _cluster = null!;
    private (int ProcessId, double LastReload) _prometheus;

    [SetUp]
    public async Task BringUp()
    {
        _cluster = await SandboxCluster.StartAsync(
            OwnAddresses.Options(), TimeProvider.System, TestContext.Progress.WriteLine, _end.Token);
        _prometheus = await PrometheusAsync();
    }

    [TearDown]
    public async Task TakeDown()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _end.Dispose();
    }

    [Test]
    public async Task A_node_that_joins_is_scraped_and_a_node_that_leaves_is_gone()
    {
        await Scraped("nodes", "node=\"worker-1\"");
        await Scraped("nodes", "node=\"worker-2\"");

        await _cluster.AddNodeAsync("worker-3", _end.Token);
        await Scraped("nodes", "node=\"worker-3\"");
        await Known("node_uname_info{node=\"worker-3\"}");

        await _cluster.RemoveNodeAsync("worker-1", _end.Token);
        await Gone("nodes", "node=\"worker-1\"");
        await Unknown("node_uname_info{node=\"worker-1\"}");

        await Known("up{job=\"nodes\",node=\"worker-2\"} == 1");
        (await PrometheusAsync()).Should().Be(_prometheus, "nothing was restarted or reloaded");
    }

    [Test]
    public async Task The_own_metric_of_a_pod_can_be_queried_and_is_gone_with_the_pod()
    {
        await _cluster.AddPodAsync("shop", _end.Token);
        await Scraped("pods", "namespace=\"default\",pod=\"shop\"");
        await Known("app_work_duration_seconds_count{pod=\"shop\"}");

        // What the program itself says a moment later is what Prometheus says a moment after that.
        var shop = (await _cluster.Prometheus.TargetsAsync(_end.Token)).Single(target => target.Labels.GetValueOrDefault("pod") == "shop");
        using var http = new HttpClient();
        using var held = await http.PutAsync(new Uri($"http://{shop.Address}/queue/42"), content: null, _end.Token);
        held.EnsureSuccessStatusCode();
        await Known("app_queue_length{pod=\"shop\"} == 42");

        await _cluster.RemovePodAsync("shop", _end.Token);
        await Gone("pods", "pod=\"shop\"");
        await Unknown("app_queue_length{pod=\"shop\"}");

        await Known("app_queue_length{pod=\"demo-1\"}");
        (await PrometheusAsync()).Should().Be(_prometheus, "nothing was restarted or reloaded");
    }

    private Task Scraped(string job, string labels) => Known($"up{{job=\"{job}\",{labels}}} == 1");

    /// <summary>The target has left Prometheus, and with it its series: not down, but unknown.</summary>
    private Task Gone(string job, string labels) => Unknown($"up{{job=\"{job}\",{labels}}}");

    private Task Known(string query) => Eventually.Holds(async () => await CountAsync(query) == 1, $"{query} yields one series");

    private Task Unknown(string query) => Eventually.Holds(async () => await CountAsync(query) == 0, $"{query} yields nothing");

    private async Task<int> CountAsync(string query) => (await _cluster.Prometheus.QueryAsync(query, _end.Token)).Count;

    /// <summary>What changes when Prometheus is restarted or reloads its configuration.</summary>
    private async Task<(int, double)> PrometheusAsync() => (
        _cluster.PrometheusProcessId,
        await _cluster.Prometheus.OwnMetricAsync("prometheus_config_last_reload_success_timestamp_seconds", _end.Token));
}

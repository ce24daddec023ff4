using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>A real Prometheus that follows the files of a bench. It would scrape once a day.</summary>
internal sealed partial class PrometheusChild : IDisposable
{
    private readonly Child _child;
    private readonly HttpClient _http;

    private PrometheusChild(Child child, Uri address) => (_child, _http) = (child, new HttpClient { BaseAddress = address });

    public ProcessMeter Meter => _child.Meter;

    public static async Task<PrometheusChild> StartAsync(Bench bench, CancellationToken stop)
    {
        var configuration = Path.Combine(bench.Folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, $"""
            global: {"{"}scrape_interval: 1d, scrape_timeout: 10s{"}"}
            scrape_configs:
              - job_name: nodes
                file_sd_configs: [{"{"}files: ['{bench.Targets}/nodes.json']{"}"}]
              - job_name: pods
                file_sd_configs: [{"{"}files: ['{bench.Targets}/pods.json']{"}"}]

            """, stop);
        var port = FreePort();
        var prometheus = new PrometheusChild(
            Child.Start(
                "prometheus", $"--config.file={configuration}", $"--storage.tsdb.path={bench.Folder}/data",
                $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"),
            new Uri($"http://127.0.0.1:{port}/"));
        try
        {
            while (!await prometheus.IsReadyAsync())
            {
                if (prometheus._child.HasExited)
                    throw new InvalidOperationException($"prometheus has ended:\n{prometheus._child.Log}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop);
            }

            return prometheus;
        }
        catch
        {
            prometheus.Dispose();
            throw;
        }
    }

    /// <summary>The scrape manager has so many pods.</summary>
    public Task UntilTargetsAsync(Bench bench, int pods) => bench.UntilAsync(
        async () => TargetsPattern().Match(await _http.GetStringAsync("metrics")) is { Success: true } match && match.Groups[1].Value == $"{pods}",
        TimeSpan.FromMilliseconds(200),
        $"Prometheus has {pods} pods");

    public void Dispose()
    {
        _http.Dispose();
        _child.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("-/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("prometheus_target_scrape_pool_targets\\{scrape_job=\"pods\"\\} ([0-9]+)\n")]
    private static partial Regex TargetsPattern();
}

using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>All hostile pods at once beside a good one, from a real API server through the daemon's process to a real Prometheus.</summary>
[Category("EndToEnd")]
internal sealed partial class HostilePodTests
{
    private const string Good = "127.8.8.8:2112";

    [Test]
    public async Task Hostile_pods_cost_a_good_one_nothing_and_neither_file_nor_log_nor_metrics_are_harmed()
    {
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("good", "127.8.8.8");
        string alone;
        await using (var before = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--once"))
        {
            (await before.ExitCode()).Should().Be(0);
            alone = Line(cluster);
        }

        foreach (var pod in HostilePods.All.Values)
            cluster.Server.Registry.Put(ResourceKind.Pods, pod.ToJsonString());
        await using var daemon = Daemon.Run(
            "--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder, "--log.level", "debug", "--log.format", "text", web.Flag);
        await web.UntilReady();
        await Eventually.Holds(() => daemon.Lines.Any(line => line.Contains(" warn: ")), "remarks are told");

        Line(cluster).Should().Be(alone, "the good pod's target is as it was");
        TestCluster.Targets(cluster.PodsFile)!.Where(address => address != Good).Should().OnlyContain(address => address.StartsWith("127.7.", StringComparison.Ordinal))
            .And.HaveCountGreaterThan(100);
        daemon.Lines.Should().OnlyContain(line => Event().IsMatch(line), "each line is one of the daemon's own");
        daemon.Lines.Should().OnlyContain(line => !Unprintable().IsMatch(line));
        daemon.Lines.Should().OnlyContain(line => line.Length < 2_000);

        var (_, metrics) = await web.GetAsync("/metrics");
        metrics.Should().NotContain(HostilePods.Forged).And.Contain("minik8s_filesd_object_remarks{resource=\"pods\",remark=\"metadata_too_large\"}")
            .And.Contain("minik8s_filesd_object_remarks{resource=\"pods\",remark=\"group_invalid\"} 0\n");
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["metrics"], metrics);
        (await Executable.RunAsync("bash", ["-c", "promtool check metrics <\"$1\"", "bash", folder["metrics"]])).Should().Be(new Finished(0, "", ""));
        await TakenByPrometheus(cluster, folder);
    }

    /// <summary>Nothing is scraped: Prometheus goes by a proxy on this machine that is not there.</summary>
    private static async Task TakenByPrometheus(TestCluster cluster, TempFolder folder)
    {
        await File.WriteAllTextAsync(folder["prometheus.yml"], $$"""
            scrape_configs:
              - job_name: pods
                scrape_interval: 100y
                proxy_url: http://127.0.0.1:1
                file_sd_configs: [{files: [{{cluster.PodsFile}}]}]
            """);
        var address = OwnAddresses.Free("127.0.0.1");
        using var prometheus = Process.Start(new ProcessStartInfo("prometheus",
            [$"--config.file={folder["prometheus.yml"]}", $"--storage.tsdb.path={folder["data"]}", $"--web.listen-address={address}"])
        { RedirectStandardError = true })!;
        prometheus.ErrorDataReceived += (_, _) => { };
        prometheus.BeginErrorReadLine();
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{address}") };
            var expected = TestCluster.Targets(cluster.PodsFile)!.Length;
            JsonElement[] targets = [];
            await Eventually.Holds(async () => (targets = await Active(http)).Length == expected, "all targets are active");
            targets.Should().ContainSingle(target => target.GetProperty("scrapeUrl").GetString() == $"http://{Good}/metrics");
            targets.Should().OnlyContain(target => target.GetProperty("labels").GetProperty("job").GetString() == "pods");
            targets.Select(target => new Uri(target.GetProperty("scrapeUrl").GetString()!)).Should().OnlyContain(url =>
                (url.Host.StartsWith("127.7.", StringComparison.Ordinal) || url.Host == "127.8.8.8") && (url.Scheme == "http" || url.Scheme == "https"));
            var metrics = new Scrape(await http.GetStringAsync("/metrics"));
            metrics.Value("prometheus_sd_file_read_errors_total").Should().Be(0);
            (metrics.Value("prometheus_target_sync_failed_total{scrape_job=\"pods\"}") ?? 0).Should().Be(0);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
        }
    }

    private static async Task<JsonElement[]> Active(HttpClient http)
    {
        try
        {
            return [.. JsonElement.Parse(await http.GetStringAsync("/api/v1/targets?state=active")).GetProperty("data").GetProperty("activeTargets").EnumerateArray()];
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    private static string Line(TestCluster cluster) => File.ReadLines(cluster.PodsFile).Single(line => line.Contains(Good)).TrimEnd(',');

    [GeneratedRegex(@"^20[0-9-]{8}T[0-9:.]{12}Z (dbug|info|warn): Minik8s\.FileSd[A-Za-z0-9.`\[\]]*\[[1-4][0-9]{2}\] ")]
    private static partial Regex Event();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\u2028\u2029]")]
    private static partial Regex Unprintable();
}

using System.Text;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Scraping;

/// <summary>What a real Prometheus 2.42 has answered: two jobs, one of which also reads another cluster's pods.json.</summary>
internal static class Answers
{
    public static readonly WatchedFile Pods = new("/srv/targets/pods.json", "/sd/pods");

    public static readonly string[] Published = ["127.0.0.1:18998", "127.0.0.2:18999", "127.0.0.1:18999", "127.0.0.9:1", "127.0.0.8:1"];

    public static async Task<PrometheusAnswer> Recorded()
    {
        var targets = await Read(Fixture.Bytes("prometheus/targets.json"));
        return new(targets.Targets, targets.Unlisted, await Own(Fixture.Bytes("prometheus/metrics.txt")));
    }

    public static IReadOnlyList<FileSdConfig> Configs => ConfigReader.Read(Fixture.Bytes("prometheus/config.json"))!;

    public static Task<TargetsReader> Read(string answer) => Read(Encoding.UTF8.GetBytes(answer));

    public static async Task<TargetsReader> Read(byte[] answer, int pieceSize = int.MaxValue)
    {
        var reader = new TargetsReader(Pods.IsCalled);
        await reader.ReadAsync(new SlowStream(answer, pieceSize), CancellationToken.None);
        return reader;
    }

    public static Task<OwnMetrics> Own(byte[] answer) => new OwnMetricsReader().ReadAsync(new SlowStream(answer, 7), CancellationToken.None);

    public static ScrapedTarget Target(string address, ScrapeHealth health = ScrapeHealth.Up, string file = "/srv/targets/pods.json", string? error = null) =>
        new(address, file, "pods", health, error, null);

    public static PrometheusAnswer Of(params ScrapedTarget[] targets) => new(targets, new Dictionary<string, long>(), null);
}

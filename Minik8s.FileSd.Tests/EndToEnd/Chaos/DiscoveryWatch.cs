using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>Looks several times a second at what Prometheus says of its discovery, on its own page.</summary>
internal sealed class DiscoveryWatch(FollowingPrometheus prometheus) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, double> _lowest = new() { ["nodes"] = double.MaxValue, ["pods"] = double.MaxValue };
    private Task _running = Task.CompletedTask;

    /// <summary>The fewest targets that were discovered at any look, by job.</summary>
    public IReadOnlyDictionary<string, double> Lowest => _lowest;

    /// <summary>Files that Prometheus could not read, at the last look.</summary>
    public double ReadErrors { get; private set; }

    public int Looks { get; private set; }

    public void Start() => _running = Task.Run(async () =>
    {
        while (!_stop.IsCancellationRequested)
        {
            await LookAsync();
            await Task.Delay(Pause, TimeProvider.System);
        }
    });

    /// <exception cref="HttpRequestException">Prometheus did not answer at some time.</exception>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _http.Dispose();
    }

    private async Task LookAsync()
    {
        var page = new Scrape(await _http.GetStringAsync($"http://{prometheus.Address}/metrics"));
        foreach (var job in _lowest.Keys)
            _lowest[job] = Math.Min(_lowest[job], page.Value($"prometheus_sd_discovered_targets{{config=\"{job}\",name=\"scrape\"}}") ?? 0);
        ReadErrors = page.Value("prometheus_sd_file_read_errors_total") ?? double.NaN;
        Looks++;
    }
}

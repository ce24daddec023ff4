using System.Diagnostics;
using System.Net.Http.Json;
using Minik8s.FileSd.Benchmarks.Server;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>A server with objects, the daemon that follows it, and the folder into which it writes: three things of their own.</summary>
internal sealed class Bench : IDisposable
{
    public const string Pods = "pods.json";
    public const string Nodes = "nodes.json";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly LoadSettings _settings;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minik8s-filesd-bench-");
    private readonly HttpClient _http;
    private readonly Child _server;
    private Child? _daemon;

    private Bench(LoadSettings settings, Child server, Uri address)
    {
        (_settings, _server, Address) = (settings, server, address);
        _http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };

        // As the daemon makes it; here so that it can be watched from the start.
        Directory.CreateDirectory(Targets);
        Events = new FileEvents(Targets);
    }

    public Uri Address { get; }

    public string Targets => Path.Combine(_folder.FullName, "targets");

    public string Folder => _folder.FullName;

    public FileEvents Events { get; }

    public Child Daemon => _daemon!;

    public ProcessMeter Meter => Daemon.Meter;

    public static async Task<Bench> StartAsync(LoadSettings settings, int nodes, int pods)
    {
        var server = Child.Start(Environment.ProcessPath!, "serve", $"--nodes={nodes}", $"--pods={pods}");
        var line = await server.LineAsync() ?? throw new InvalidOperationException($"the server did not start:\n{server.Log}");
        return new(settings, server, new Uri(line));
    }

    /// <summary>Starts the daemon on an empty folder, or on what is there.</summary>
    /// <returns>How long it took until both files were there, whole.</returns>
    public async Task<TimeSpan> StartDaemonAsync(bool onEmpty = true)
    {
        await StopDaemonAsync();
        if (onEmpty)
        {
            File.Delete(Path.Combine(Targets, Pods));
            File.Delete(Path.Combine(Targets, Nodes));
        }

        Events.Clear();
        _daemon = Child.Start(_settings.Binary, ["--api.server", Address.ToString(), "--targets.dir", Targets, "--web.listen-address=", .. _settings.More]);
        await Until(() => Events.Count(Pods) > 0 && Events.Count(Nodes) > 0, "both files are written");
        return Stopwatch.GetElapsedTime(_daemon.Started, Math.Max(Events.FirstAfter(Pods, 0)!.Value, Events.FirstAfter(Nodes, 0)!.Value));
    }

    public async Task StopDaemonAsync()
    {
        if (_daemon is null)
            return;
        using (var kill = Process.Start("kill", [$"{_daemon.Id}"]))
            await kill.WaitForExitAsync();
        await _daemon.EndAsync();
        _daemon.Dispose();
        _daemon = null;
    }

    /// <summary>How long curl takes to download every page of both lists, one after the other on one connection.</summary>
    public async Task<TimeSpan> CurlAsync(int nodes, int pods)
    {
        var pages = Urls("nodes", nodes, "").Concat(Urls("pods", pods, "&labelSelector=log%3Dprometheus")).SelectMany(url => new[] { "-o", "/dev/null", url });
        var began = Stopwatch.GetTimestamp();
        using var curl = Child.Start("curl", ["--silent", "--show-error", "--fail", .. pages]);
        if (await curl.EndAsync() != 0)
            throw new InvalidOperationException($"curl failed: {curl.Log}");
        return Stopwatch.GetElapsedTime(began);

        IEnumerable<string> Urls(string resource, int count, string more) => Enumerable.Range(0, Math.Max(1, (count + BenchmarkServer.PageSize - 1) / BenchmarkServer.PageSize))
            .Select(page => $"{Address}api/v1/{resource}?limit={BenchmarkServer.PageSize}{more}{(page > 0 ? $"&continue=page-{page}" : "")}");
    }

    public async Task<ServerStats> AskAsync(string what) =>
        await _http.GetFromJsonAsync($"control/{what}", ServerJson.Default.ServerStats) ?? throw new InvalidOperationException("no answer");

    /// <summary>Both watches are open, so that a change is told and not listed.</summary>
    public async Task UntilWatchedAsync()
    {
        while ((await AskAsync("stats")).Watchers < 2)
            await Pause(TimeSpan.FromMilliseconds(20));
    }

    public static Task Pause(TimeSpan time) => Task.Delay(time, TimeProvider.System);

    public async Task Until(Func<bool> holds, string what)
    {
        for (var began = Stopwatch.GetTimestamp(); !holds(); await Pause(TimeSpan.FromMilliseconds(1)))
        {
            if (_daemon is { HasExited: true })
                throw new InvalidOperationException($"the daemon has ended:\n{_daemon.Log}");
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"not seen within {Patience}: {what}; the daemon says:\n{_daemon?.Log}");
        }
    }

    public void Dispose()
    {
        _daemon?.Dispose();
        Events.Dispose();
        _http.Dispose();
        _server.Dispose();
        _folder.Delete(recursive: true);
    }
}

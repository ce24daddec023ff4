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
        try
        {
            var line = await server.LineAsync(settings.Stop) ?? throw new InvalidOperationException($"the server did not start:\n{server.Log}");
            return new(settings, server, new Uri(line));
        }
        catch
        {
            server.Dispose();
            throw;
        }
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
            await kill.WaitForExitAsync(_settings.Stop);
        await _daemon.EndAsync(_settings.Stop);
        _daemon.Dispose();
        _daemon = null;
    }

    /// <summary>The pages that were asked for since this was asked last, kind by kind, each in its order.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<ListRequest>>> ListedAsync()
    {
        var listed = await _http.GetFromJsonAsync("control/listed", ServerJson.Default.ListRequestArray, _settings.Stop) ?? throw new InvalidOperationException("no answer");
        return [.. listed.GroupBy(request => request.Resource).Select(pages => pages.ToList())];
    }

    /// <summary>
    /// How long curl takes to ask the same: the same pages with the same headers, those of a kind one after the other on one
    /// connection, and both kinds at once, each by a curl of its own, as the daemon does.
    /// </summary>
    public async Task<TimeSpan> CurlAsync(IReadOnlyList<IReadOnlyList<ListRequest>> listed)
    {
        var began = Stopwatch.GetTimestamp();
        var curls = listed.Select(pages => Child.Start("curl",
        [
            "--silent", "--show-error", "--fail", "--http1.1",
            .. pages[0].Headers.SelectMany(header => new[] { "--header", header }),
            .. pages.SelectMany(page => new[] { "--output", "/dev/null", new Uri(Address, page.Target).AbsoluteUri }),
        ])).ToList();
        try
        {
            foreach (var curl in curls)
            {
                if (await curl.EndAsync(_settings.Stop) != 0)
                    throw new InvalidOperationException($"curl failed: {curl.Log}");
            }

            return Stopwatch.GetElapsedTime(began);
        }
        finally
        {
            curls.ForEach(curl => curl.Dispose());
        }
    }

    /// <summary>Both files are whole: they have a target of each object.</summary>
    /// <exception cref="InvalidOperationException">One is not.</exception>
    public int CheckTargets(int nodes, int pods)
    {
        foreach (var (file, count) in new[] { (Nodes, nodes), (Pods, pods) })
        {
            var found = File.ReadLines(Path.Combine(Targets, file)).Count(line => line.StartsWith('{'));
            if (found != count)
                throw new InvalidOperationException($"{file} has {found} targets, of {count}");
        }

        return nodes + pods;
    }

    public async Task<ServerStats> AskAsync(string what) =>
        await _http.GetFromJsonAsync($"control/{what}", ServerJson.Default.ServerStats, _settings.Stop) ?? throw new InvalidOperationException("no answer");

    /// <summary>Both watches are open, so that a change is told and not listed.</summary>
    public Task UntilWatchedAsync() =>
        UntilAsync(async () => (await AskAsync("stats")).Watchers >= 2, TimeSpan.FromMilliseconds(20), "both watches are open");

    public Task Until(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), TimeSpan.FromMilliseconds(1), what);

    /// <exception cref="InvalidOperationException">The daemon ends first.</exception>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    public async Task UntilAsync(Func<Task<bool>> holds, TimeSpan pause, string what)
    {
        for (var began = Stopwatch.GetTimestamp(); !await holds(); await _settings.PauseAsync(pause))
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

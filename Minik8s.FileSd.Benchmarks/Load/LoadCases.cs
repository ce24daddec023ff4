using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using static System.FormattableString;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>What is measured, case by case. Each starts from nothing, with a server and a daemon of its own.</summary>
internal static partial class LoadCases
{
    private const double Mebi = 1 << 20;

    public static readonly IReadOnlyList<LoadCase> All =
    [
        new("start", null, StartAsync),
        new("largest", "curl", settings => SyncAsync(settings, 5_000, 15_000, share: 0.1, 1.3, peak: 100, steady: null)),
        new("all-selected", "curl", settings => SyncAsync(settings, 100, 50_000, share: 1, 1.5, peak: null, steady: 200)),
        new("change-1k", null, settings => ChangeAsync(settings, 1_000, settings.Changes, 5, 20)),
        new("change-50k", null, settings => ChangeAsync(settings, 50_000, Math.Min(settings.Changes, 40), 80, null)),
        new("churn", null, ChurnAsync),
        new("idle", null, IdleAsync),
        new("prometheus-10", "prometheus", settings => PrometheusAsync(settings, 10, 2.0)),
        new("prometheus-20", "prometheus", settings => PrometheusAsync(settings, 20, 3.0)),
    ];

    private static async IAsyncEnumerable<Figure> StartAsync(LoadSettings settings)
    {
        const string title = "start-up";
        var times = new List<double>();
        using var bench = await Bench.StartAsync(settings, 1, 1);

        // Once without a look at the time: a server is slow at its first requests.
        await bench.StartDaemonAsync();
        for (var i = 0; i < 2 * settings.Rounds; i++)
        {
            await bench.StopDaemonAsync();
            await bench.AskAsync("forget");
            await bench.StartDaemonAsync();
            times.Add(Milliseconds(bench.Daemon.Started, (await bench.AskAsync("stats")).FirstRequest));
        }

        yield return new(title, "process start to first request, median", Median(times), "ms", 50, $"of {times.Count}");
        yield return new(title, "binary", new FileInfo(settings.Binary).Length / 1e6, "MB");
    }

    /// <param name="pods">Those that are selected. Others a server would not send.</param>
    /// <param name="share">Of the pods of the cluster, which is selected.</param>
    private static async IAsyncEnumerable<Figure> SyncAsync(
        LoadSettings settings, int nodes, int pods, double share, double ratio, double? peak, double? steady)
    {
        (nodes, pods) = (settings.Scaled(nodes), settings.Scaled(pods));
        var title = Invariant($"first list of {nodes:#,0} nodes + {pods / share:#,0} pods, {(share < 1 ? $"{100 * share:0} %" : "all")} selected");
        using var bench = await Bench.StartAsync(settings, nodes, pods);

        // Once without a look at the time: a server is slow at first. What the daemon asks for is what curl is to ask for.
        await bench.StartDaemonAsync();
        var listed = await bench.ListedAsync();
        var before = (await bench.AskAsync("stats")).Sent;
        await bench.CurlAsync(listed);
        var curlRead = (await bench.AskAsync("stats")).Sent - before;

        var (ours, curls, ratios, cpu, read, peaks) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < settings.Rounds; i++)
        {
            await bench.StopDaemonAsync();
            curls.Add((await bench.CurlAsync(listed)).TotalMilliseconds);
            before = (await bench.AskAsync("stats")).Sent;
            ours.Add((await bench.StartDaemonAsync()).TotalMilliseconds);
            cpu.Add(bench.Meter.Cpu.TotalSeconds);
            read.Add((await bench.AskAsync("stats")).Sent - before);
            ratios.Add(ours[^1] / curls[^1]);
            peaks.Add(bench.Meter.PeakMemory);
        }

        var (requests, rounds) = (listed.Sum(pages => pages.Count), $"of {settings.Rounds}");
        yield return new(title, "first complete files, median", Median(ours), "ms", null, rounds);
        yield return new(title, "curl for the same pages, median", Median(curls), "ms", null, Invariant($"{rounds}; {requests} requests, {curlRead / 1e6:0.#} MB, {listed.Count} connections at once"));
        yield return new(title, "first files / curl, median of the rounds", Median(ratios), "x", ratio, rounds);
        yield return new(title, "CPU until the files are there, median", Median(cpu), "s", null, rounds);
        yield return new(title, "bytes read from the server", Median(read) / 1e6, "MB");
        await settings.RestAsync(10);
        yield return new(title, "targets in the files", bench.CheckTargets(nodes, pods), "");
        yield return new(title, "writes of both files", bench.Events.Count(Bench.Nodes) + bench.Events.Count(Bench.Pods), "");
        yield return new(title, "pods.json", new FileInfo(Path.Combine(bench.Targets, Bench.Pods)).Length / 1e6, "MB");
        yield return new(title, "peak memory, of all rounds", Math.Max(peaks.Max(), bench.Meter.PeakMemory) / 1e6, "MB", peak);
        yield return new(title, Invariant($"memory {settings.Rest(10).TotalSeconds:0} s later"), bench.Meter.Memory / 1e6, "MB", steady);
    }

    private static async IAsyncEnumerable<Figure> ChangeAsync(LoadSettings settings, int pods, int changes, double median, double? p99)
    {
        const int nodes = 10;
        pods = settings.Scaled(pods);
        var title = Invariant($"{pods:#,0} pods: one change at a time");
        using var bench = await Bench.StartAsync(settings, nodes, pods);
        await bench.StartDaemonAsync();
        await bench.UntilWatchedAsync();
        await settings.RestAsync(2);
        bench.CheckTargets(nodes, pods);
        var random = new Random(1);
        var times = new List<double>();
        var (cpu, read, writes) = (bench.Meter.Cpu, (await bench.AskAsync("stats")).Sent, bench.Events.Count(Bench.Pods));
        for (var i = 0; i < changes; i++)
        {
            var at = (await bench.AskAsync("touch")).Marks[0].At;
            await bench.Until(() => bench.Events.FirstAfter(Bench.Pods, at) is not null, "the change is in the file");
            times.Add(Milliseconds(at, bench.Events.FirstAfter(Bench.Pods, at)!.Value));
            await settings.PauseAsync(Lone(pods) + TimeSpan.FromMilliseconds(150 + random.Next(150)));
        }

        var used = bench.Meter.Cpu - cpu;
        var quiet = settings.Options.SettleQuiet.TotalMilliseconds;
        var beyond = Invariant($"from event to file, beyond the quiet of {quiet:0} ms");
        yield return new(title, $"{beyond}, p50", Percentile(times, 0.5) - quiet, "ms", median, $"of {times.Count}");
        yield return new(title, $"{beyond}, p95", Percentile(times, 0.95) - quiet, "ms");
        yield return new(title, $"{beyond}, p99", Percentile(times, 0.99) - quiet, "ms", p99);
        yield return new(title, "CPU for 1,000 changes", used.TotalSeconds * 1_000 / changes, "s");
        yield return new(title, "bytes read from the server, for each change", ((await bench.AskAsync("stats")).Sent - read) / 1e3 / changes, "kB");
        yield return new(title, "writes", bench.Events.Count(Bench.Pods) - writes, "", null, $"{changes} changes");
        yield return new(title, "memory", bench.Meter.Memory / 1e6, "MB");
        yield return new(title, "peak memory", bench.Meter.PeakMemory / 1e6, "MB");
    }

    private static async IAsyncEnumerable<Figure> ChurnAsync(LoadSettings settings)
    {
        const int nodes = 10;
        const int rate = 200;
        var pods = settings.Scaled(10_000);
        var title = Invariant($"{pods:#,0} pods, {rate} changes a second");
        using var bench = await Bench.StartAsync(settings, nodes, pods);
        await bench.StartDaemonAsync();
        await bench.UntilWatchedAsync();
        await settings.RestAsync(2);

        var seen = new List<(long At, long Revision)>();
        var last = -1L;
        using var reader = new FileEvents(bench.Targets, (file, at) =>
        {
            if (file != Bench.Pods)
                return;
            var revision = FirstRevision(Path.Combine(bench.Targets, file));
            seen.Add((at, revision));
            Volatile.Write(ref last, revision);
        });
        var (cpu, read, writes, began) = (bench.Meter.Cpu, (await bench.AskAsync("stats")).Sent, bench.Events.Count(Bench.Pods), Stopwatch.GetTimestamp());
        var churn = await bench.AskAsync($"churn?rate={rate}&seconds={settings.Seconds}");
        var marks = churn.Marks.OrderBy(mark => mark.Revision).ToList();
        await bench.Until(() => Volatile.Read(ref last) >= marks[^1].Revision, "the last change is in the file");
        var (used, elapsed) = (bench.Meter.Cpu - cpu, Stopwatch.GetElapsedTime(began));
        bench.CheckTargets(nodes, pods);
        reader.Dispose();

        // A file has every change up to that of its first line.
        var waits = marks.ConvertAll(mark => Milliseconds(mark.At, seen.Find(look => look.Revision >= mark.Revision).At));
        var gaps = seen.Zip(seen.Skip(1), (a, b) => Milliseconds(a.At, b.At)).ToList();
        var changes = rate * settings.Seconds;
        yield return new(title, "CPU", 100 * used.TotalSeconds / elapsed.TotalSeconds, "% of a core", 15);
        yield return new(title, "CPU for 1,000 changes", used.TotalSeconds * 1_000 / changes, "s");
        yield return new(title, "from event to file, p50", Percentile(waits, 0.5), "ms", null, Invariant($"of {waits.Count}: every tenth change, and the last"));
        yield return new(title, "from event to file, p95", Percentile(waits, 0.95), "ms");
        yield return new(title, "from event to file, p99", Percentile(waits, 0.99), "ms");
        yield return new(title, "from event to file, the most", waits.Max(), "ms", settings.Options.SettleLimit.TotalMilliseconds, "aim: --settle.limit");
        yield return new(title, "longest time between two files", gaps.DefaultIfEmpty().Max(), "ms");
        yield return new(title, "bytes read from the server, for each change", ((await bench.AskAsync("stats")).Sent - read) / 1e3 / changes, "kB");
        yield return new(title, "writes", bench.Events.Count(Bench.Pods) - writes, "", null, Invariant($"{changes:#,0} changes"));
        yield return new(title, "memory", bench.Meter.Memory / 1e6, "MB");
        yield return new(title, "peak memory", bench.Meter.PeakMemory / 1e6, "MB");
    }

    private static async IAsyncEnumerable<Figure> IdleAsync(LoadSettings settings)
    {
        const int nodes = 10;
        var pods = settings.Scaled(10_000);
        var title = Invariant($"{pods:#,0} pods, nothing changes");
        using var bench = await Bench.StartAsync(settings, nodes, pods);
        await bench.StartDaemonAsync();
        await bench.UntilWatchedAsync();
        await settings.RestAsync(5);
        bench.CheckTargets(nodes, pods);
        bench.Events.Clear();
        var (cpu, wakeups, read, began) = (bench.Meter.Cpu, bench.Meter.Wakeups, (await bench.AskAsync("stats")).Sent, Stopwatch.GetTimestamp());
        await settings.PauseAsync(TimeSpan.FromSeconds(settings.Seconds));
        var (used, woken, elapsed) = (bench.Meter.Cpu - cpu, bench.Meter.WakeupsSince(wakeups), Stopwatch.GetElapsedTime(began).TotalSeconds);
        yield return new(title, "writes of both files", bench.Events.Count(Bench.Pods) + bench.Events.Count(Bench.Nodes), "", 0);
        yield return new(title, "CPU", 100 * used.TotalSeconds / elapsed, "% of a core", 0.1);
        yield return new(title, "wake-ups", woken / elapsed, "/s");
        yield return new(title, "bytes read from the server", (await bench.AskAsync("stats")).Sent - read, "B");
        yield return new(title, "memory", bench.Meter.Memory / 1e6, "MB");
        yield return new(title, "peak memory", bench.Meter.PeakMemory / 1e6, "MB");
    }

    /// <summary>A real Prometheus follows the files and scrapes nothing meanwhile: what is measured is discovery.</summary>
    private static async IAsyncEnumerable<Figure> PrometheusAsync(LoadSettings settings, int rate, double aim)
    {
        const int nodes = 10;
        var pods = settings.Scaled(5_000);
        var found = Invariant($"{pods:#,0} pods and a Prometheus, before {rate} pods are created and deleted a second");
        var title = Invariant($"{pods:#,0} pods and a Prometheus, {rate} pods created and deleted a second");
        using var bench = await Bench.StartAsync(settings, nodes, pods);
        using var prometheus = await PrometheusChild.StartAsync(bench, settings.Stop);
        await bench.StartDaemonAsync();
        await bench.UntilWatchedAsync();
        await prometheus.UntilTargetsAsync(bench, pods);
        bench.CheckTargets(nodes, pods);
        yield return new(found, "CPU of daemon and Prometheus until all is discovered", (bench.Meter.Cpu + prometheus.Meter.Cpu).TotalSeconds, "s");
        await settings.RestAsync(10);
        yield return new(
            found, "memory of daemon and Prometheus", (bench.Meter.Memory + prometheus.Meter.Memory) / Mebi, "MiB", 160,
            $"{bench.Meter.Memory / Mebi:0} + {prometheus.Meter.Memory / Mebi:0}");
        var (ours, theirs, writes) = (bench.Meter.Cpu, prometheus.Meter.Cpu, bench.Events.Count(Bench.Pods));
        await bench.AskAsync($"turnover?rate={rate}&seconds={settings.Seconds}");

        // Prometheus passes on what it has read every 5 s.
        await settings.RestAsync(8);
        (ours, theirs) = (bench.Meter.Cpu - ours, prometheus.Meter.Cpu - theirs);
        yield return new(
            title, Invariant($"CPU of daemon and Prometheus in {settings.Seconds + settings.Rest(8).TotalSeconds:0} s"), (ours + theirs).TotalSeconds, "s", aim,
            Invariant($"{ours.TotalSeconds:0.00} + {theirs.TotalSeconds:0.00}"));
        yield return new(title, "CPU of the daemon for 1,000 changes", ours.TotalSeconds * 1_000 / (4 * rate * settings.Seconds), "s", null, "of four to each pod: added, running, ending, gone");
        yield return new(title, "writes", bench.Events.Count(Bench.Pods) - writes, "");
    }

    /// <summary>Behind a silence of this length a change is a lone one (docs/metrics.md), which half a millisecond for each target is enough for.</summary>
    private static TimeSpan Lone(int targets) => TimeSpan.FromMilliseconds(Math.Min(targets / 2, 2_000));

    private static long FirstRevision(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[8 * 1024];
            var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return RevisionPattern().Match(Encoding.ASCII.GetString(start[..length])) is { Success: true } match
                ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
                : -1;
        }
        catch (IOException)
        {
            return -1;
        }
    }

    [GeneratedRegex("_label_rev\":\"([0-9]+)\"")]
    private static partial Regex RevisionPattern();

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static double Median(List<double> values) => Percentile(values, 0.5);

    /// <summary>The smallest value that so large a share of all does not exceed.</summary>
    private static double Percentile(List<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}

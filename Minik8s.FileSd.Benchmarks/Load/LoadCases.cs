using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>What is measured, case by case. Each starts from nothing, with a server and a daemon of its own.</summary>
internal static partial class LoadCases
{
    private const double Mebi = 1 << 20;

    /// <summary>Of the daemon's <c>--settle.quiet</c> and <c>--settle.limit</c>, in milliseconds.</summary>
    private const double Quiet = 50;
    private const double Limit = 5_000;

    public static readonly IReadOnlyList<(string Name, Func<LoadSettings, IAsyncEnumerable<Figure>> Run)> All =
    [
        ("start", StartAsync),
        ("largest", settings => SyncAsync(settings, "largest", "5,000 nodes + 150,000 pods, 10 % selected", 5_000, 15_000, 1.3, peak: 100, steady: null)),
        ("all-selected", settings => SyncAsync(settings, "all-selected", "50,000 pods, all selected", 100, 50_000, 1.5, peak: null, steady: 200)),
        ("change-1k", settings => ChangeAsync(settings, "1,000 targets: one change", 1_000, settings.Changes, 5, 20)),
        ("change-50k", settings => ChangeAsync(settings, "50,000 targets: one change", 50_000, Math.Min(settings.Changes, 40), 80, null)),
        ("churn", ChurnAsync),
        ("idle", IdleAsync),
        ("prometheus-10", settings => PrometheusAsync(settings, 10, 2.0)),
        ("prometheus-20", settings => PrometheusAsync(settings, 20, 3.0)),
    ];

    private static async IAsyncEnumerable<Figure> StartAsync(LoadSettings settings)
    {
        const string name = "start-up";
        using var bench = await Bench.StartAsync(settings, 1, 1);
        var times = new List<double>();
        for (var i = 0; i < 2 * settings.Rounds; i++)
        {
            using var fresh = await Bench.StartAsync(settings, 1, 1);
            await fresh.StartDaemonAsync();
            times.Add(Milliseconds(fresh.Daemon.Started, (await fresh.AskAsync("stats")).FirstRequest));
        }

        yield return new(name, "process start to first request, median", Median(times), "ms", 50, $"of {times.Count}");
        yield return new(name, "binary", new FileInfo(settings.Binary).Length / 1e6, "MB");
    }

    private static async IAsyncEnumerable<Figure> SyncAsync(
        LoadSettings settings, string key, string name, int nodes, int pods, double ratio, double? peak, double? steady)
    {
        (nodes, pods) = (settings.Scaled(nodes), settings.Scaled(pods));
        using var bench = await Bench.StartAsync(settings, nodes, pods);
        var (ours, curls) = (new List<double>(), new List<double>());
        await bench.CurlAsync(nodes, pods);
        var sent = (await bench.AskAsync("stats")).Sent;
        var (cpu, read) = (TimeSpan.Zero, 0L);
        for (var i = 0; i < settings.Rounds; i++)
        {
            curls.Add((await bench.CurlAsync(nodes, pods)).TotalMilliseconds);
            var before = (await bench.AskAsync("stats")).Sent;
            ours.Add((await bench.StartDaemonAsync()).TotalMilliseconds);
            (cpu, read) = (bench.Meter.Cpu, (await bench.AskAsync("stats")).Sent - before);
        }

        yield return new(name, "first complete files, median", Median(ours), "ms", null, $"of {ours.Count}");
        yield return new(name, "curl for the same bytes, median", Median(curls), "ms", null, $"{sent / 1e6:0.#} MB in pages of 500");
        yield return new(name, "first files / curl", Median(ours) / Median(curls), "x", ratio);
        yield return new(name, "CPU for it", cpu.TotalSeconds, "s");
        yield return new(name, "bytes read from the server", read / 1e6, "MB");
        yield return new(name, "pods.json", new FileInfo(Path.Combine(bench.Targets, Bench.Pods)).Length / 1e6, "MB");
        yield return new(name, "peak memory", bench.Meter.PeakMemory / 1e6, "MB", peak);
        await Bench.Pause(TimeSpan.FromSeconds(Math.Min(10, settings.Seconds)));
        yield return new(name, "memory 10 s later", bench.Meter.Memory / 1e6, "MB", steady);
    }

    private static async IAsyncEnumerable<Figure> ChangeAsync(LoadSettings settings, string name, int pods, int changes, double median, double? p99)
    {
        using var bench = await Bench.StartAsync(settings, 10, settings.Scaled(pods));
        await bench.StartDaemonAsync();
        await bench.UntilWatchedAsync();
        await Bench.Pause(TimeSpan.FromSeconds(2));
        var random = new Random(1);
        var times = new List<double>();
        var before = bench.Meter.Cpu;
        for (var i = 0; i < changes; i++)
        {
            var at = (await bench.AskAsync("touch")).Marks[0].At;
            await bench.Until(() => bench.Events.FirstAfter(Bench.Pods, at) is not null, "the change is in the file");
            times.Add(Milliseconds(at, bench.Events.FirstAfter(Bench.Pods, at)!.Value));
            await Bench.Pause(Rest(settings.Scaled(pods)) + TimeSpan.FromMilliseconds(150 + random.Next(150)));
        }

        var cpu = bench.Meter.Cpu - before;
        yield return new(name, "event to file, p50, beyond the quiet of 50 ms", Percentile(times, 0.5) - Quiet, "ms", median, $"of {times.Count} changes");
        yield return new(name, "p95", Percentile(times, 0.95) - Quiet, "ms");
        yield return new(name, "p99", Percentile(times, 0.99) - Quiet, "ms", p99);
        yield return new(name, "CPU for each change", cpu.TotalMilliseconds / changes, "ms");
        yield return new(name, "resident", bench.Meter.Memory / 1e6, "MB");
    }

    private static async IAsyncEnumerable<Figure> ChurnAsync(LoadSettings settings)
    {
        const string name = "10,000 pods, 200 changes a second";
        using var bench = await Bench.StartAsync(settings, 10, settings.Scaled(10_000));
        await bench.StartDaemonAsync();
        await bench.UntilWatchedAsync();
        await Bench.Pause(TimeSpan.FromSeconds(2));

        var seen = new List<(long At, long Revision)>();
        using var reader = new FileEvents(bench.Targets, (file, at) =>
        {
            if (file == Bench.Pods)
                seen.Add((at, FirstRevision(Path.Combine(bench.Targets, file))));
        });
        var (cpu, writes, began) = (bench.Meter.Cpu, bench.Events.Count(Bench.Pods), Stopwatch.GetTimestamp());
        var churn = await bench.AskAsync($"churn?rate=200&seconds={settings.Seconds}");
        var elapsed = Stopwatch.GetElapsedTime(began);
        await Bench.Pause(Rest(settings.Scaled(10_000)) + TimeSpan.FromSeconds(1.5));
        var used = bench.Meter.Cpu - cpu;

        // A file has every revision up to that of its first line: the oldest of those that the one before lacked has waited longest.
        var marks = churn.Marks.OrderBy(mark => mark.Revision).ToList();
        var waits = seen.Prepend((At: began, Revision: 0)).Zip(seen, (before, look) =>
            marks.Find(mark => mark.Revision > before.Revision && mark.Revision <= look.Revision) is { } oldest ? Milliseconds(oldest.At, look.At) : 0).ToList();
        var gaps = seen.Zip(seen.Skip(1), (a, b) => Milliseconds(a.At, b.At)).ToList();
        yield return new(name, "CPU", 100 * used.TotalSeconds / elapsed.TotalSeconds, "% of a core", 15);
        yield return new(name, "CPU for 1,000 changes", used.TotalMilliseconds / (0.2 * settings.Seconds), "ms");
        yield return new(name, "longest way of a change into the file", waits.DefaultIfEmpty().Max(), "ms", Limit);
        yield return new(name, "longest time between two files", gaps.DefaultIfEmpty().Max(), "ms");
        yield return new(name, "writes", bench.Events.Count(Bench.Pods) - writes, "");
        yield return new(name, "resident", bench.Meter.Memory / 1e6, "MB");
    }

    private static async IAsyncEnumerable<Figure> IdleAsync(LoadSettings settings)
    {
        const string name = "idle, 10,000 targets";
        using var bench = await Bench.StartAsync(settings, 10, settings.Scaled(10_000));
        await bench.StartDaemonAsync();
        await bench.UntilWatchedAsync();
        await Bench.Pause(TimeSpan.FromSeconds(5));
        bench.Events.Clear();
        var (cpu, wakeups, began) = (bench.Meter.Cpu, bench.Meter.Wakeups, Stopwatch.GetTimestamp());
        await Bench.Pause(TimeSpan.FromSeconds(settings.Seconds));
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        yield return new(name, "writes", bench.Events.Count(Bench.Pods) + bench.Events.Count(Bench.Nodes), "", 0);
        yield return new(name, "CPU", 100 * (bench.Meter.Cpu - cpu).TotalSeconds / elapsed, "% of a core", 0.1);
        yield return new(name, "wake-ups", (bench.Meter.Wakeups - wakeups) / elapsed, "/s");
        yield return new(name, "resident", bench.Meter.Memory / 1e6, "MB");
    }

    /// <summary>A real Prometheus follows the files and scrapes nothing meanwhile: what is measured is discovery.</summary>
    private static async IAsyncEnumerable<Figure> PrometheusAsync(LoadSettings settings, int rate, double aim)
    {
        var name = $"5,000 targets, {rate} pods created and deleted a second";
        using var bench = await Bench.StartAsync(settings, 10, settings.Scaled(5_000));
        using var prometheus = await PrometheusChild.StartAsync(bench);
        await bench.StartDaemonAsync();
        await bench.UntilWatchedAsync();
        await prometheus.UntilTargetsAsync(settings.Scaled(5_000));
        yield return new("5,000 pods, all selected", "CPU of daemon and Prometheus until all is discovered", (bench.Meter.Cpu + prometheus.Meter.Cpu).TotalSeconds, "s");
        await Bench.Pause(TimeSpan.FromSeconds(10));
        yield return new(
            "5,000 pods, all selected", "memory of daemon and Prometheus", (bench.Meter.Memory + prometheus.Meter.Memory) / Mebi, "MiB", 160,
            $"{bench.Meter.Memory / Mebi:0} + {prometheus.Meter.Memory / Mebi:0}");
        var (ours, theirs, writes) = (bench.Meter.Cpu, prometheus.Meter.Cpu, bench.Events.Count(Bench.Pods));
        await bench.AskAsync($"turnover?rate={rate}&seconds={settings.Seconds}");
        await Bench.Pause(TimeSpan.FromSeconds(8));
        (ours, theirs) = (bench.Meter.Cpu - ours, prometheus.Meter.Cpu - theirs);
        yield return new(
            name, $"CPU of daemon and Prometheus in {settings.Seconds + 8} s", (ours + theirs).TotalSeconds, "s", aim,
            FormattableString.Invariant($"{ours.TotalSeconds:0.00} + {theirs.TotalSeconds:0.00}"));
        yield return new(name, "writes", bench.Events.Count(Bench.Pods) - writes, "");
    }

    /// <summary>A change within this time after a write is no lone one: so long the daemon lets the file rest at the most, a millisecond for each target.</summary>
    private static TimeSpan Rest(int targets) => TimeSpan.FromMilliseconds(Math.Min(targets, Limit));

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

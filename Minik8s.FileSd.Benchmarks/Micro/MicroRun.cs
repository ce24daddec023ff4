using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>Has BenchmarkDotNet run the benchmarks of this folder, and tells the results.</summary>
internal static class MicroRun
{
    /// <summary>In the order in which an object comes by them.</summary>
    private static readonly Type[] All =
    [
        typeof(WatchFrameBenchmarks), typeof(ListPageBenchmarks), typeof(ProjectionBenchmarks), typeof(GroupBenchmarks), typeof(FoldBenchmarks),
        typeof(SettleBenchmarks), typeof(FileContentBenchmarks), typeof(PublishBenchmarks),
    ];

    /// <param name="read">Reads the settings. An <see cref="ArgumentException"/> says what is wrong with them.</param>
    /// <returns>
    /// 0 when all were run; 1 when one could not be, or there is none; 2 when it cannot be begun;
    /// <see cref="Ending.ExitCode"/> when it was ended.
    /// </returns>
    public static async Task<int> RunAsync(Func<MicroSettings> read, string? document, CancellationToken stop)
    {
        MicroSettings settings;
        DocumentPlace? place = null;
        try
        {
            settings = read();
            if (document is not null && (settings.IsDry || !settings.Filters.Contains(MicroSettings.Everything)))
                throw new ArgumentException("--document takes the place of the whole table: it goes without --filter and --dry");
            if (document is not null)
                place = new DocumentPlace(document, "micro");
        }
        catch (Exception wrong) when (wrong is ArgumentException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }

        string[] arguments = ["--filter", .. settings.Filters, .. settings.More];
        List<Summary> summaries;
        using (var folder = new MicroFolder())
        {
            // BenchmarkDotNet cannot be told to end: its threads are left to themselves, and end with the process.
            var run = Task.Run(() => BenchmarkSwitcher.FromTypes(All).Run(arguments, Config(settings)).ToList(), CancellationToken.None);
            try
            {
                summaries = await run.WaitAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                await Ending.TellAsync();
                return Ending.ExitCode;
            }
        }

        var reports = summaries.SelectMany(summary => summary.Reports).ToList();
        if (reports.Count == 0 || reports.Exists(report => !report.Success) || summaries.Exists(summary => summary.HasCriticalValidationErrors))
            return 1;
        var rows = reports.ConvertAll(MicroRow.Of);
        if (!settings.IsDry)
            Console.Write(MicroRow.Table(rows));
        if (place is not null)
            await place.ReplaceAsync($"{Machine.Description}\n\n{MicroRow.Table(rows)}");
        return 0;
    }

    /// <summary>In this very process: a project that is made and built for each run knows nothing of locked packages.</summary>
    private static ManualConfig Config(MicroSettings settings)
    {
        var job = settings.IsDry
            ? Job.Dry
            : Job.Default
                .WithWarmupCount(settings.Warmups)
                .WithIterationCount(settings.Iterations)
                .WithIterationTime(TimeInterval.FromMilliseconds(settings.Milliseconds));
        var config = ManualConfig.CreateEmpty()
            .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .WithArtifactsPath(Path.GetFullPath("artifacts/benchmarks"));
        return settings.IsDry
            ? config.AddFilter(new SimpleFilter(IsSmallest)).WithOptions(ConfigOptions.DisableOptimizationsValidator)
            : config;
    }

    private static bool IsSmallest(BenchmarkCase benchmark) =>
        benchmark.Parameters.Items.All(parameter => parameter.Value is TargetCount.Small);
}

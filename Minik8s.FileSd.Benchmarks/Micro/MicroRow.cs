using System.Globalization;
using System.Text;
using BenchmarkDotNet.Reports;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>One result.</summary>
/// <param name="Step">What was measured.</param>
/// <param name="Targets">Among how many targets; empty where that makes no difference.</param>
/// <param name="Mean">In nanoseconds.</param>
/// <param name="Deviation">The standard deviation of the iterations, likewise.</param>
/// <param name="Allocated">In bytes; null when it is not known.</param>
internal sealed record MicroRow(string Step, string Targets, double Mean, double Deviation, long? Allocated)
{
    public static MicroRow Of(BenchmarkReport report)
    {
        var (benchmark, statistics) = (report.BenchmarkCase, report.ResultStatistics!);
        return new(
            benchmark.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
            string.Join(", ", benchmark.Parameters.Items.Select(parameter => string.Create(CultureInfo.InvariantCulture, $"{parameter.Value:#,0}"))),
            statistics.Mean, statistics.StandardDeviation, report.GcStats.GetBytesAllocatedPerOperation(benchmark));
    }

    /// <summary>As Markdown.</summary>
    public static string Table(IReadOnlyList<MicroRow> rows)
    {
        var text = new StringBuilder("| step | targets | mean | allocated |\n| --- | --- | --- | --- |\n");
        foreach (var row in rows)
            text.Append($"| {row.Step} | {row.Targets} | {Time(row.Mean)} ± {Time(row.Deviation)} | {(row.Allocated is { } bytes ? Size(bytes) : "unknown")} |\n");
        return text.ToString();
    }

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => $"{Digits(nanoseconds)} ns",
        < 1e6 => $"{Digits(nanoseconds / 1e3)} µs",
        _ => $"{Digits(nanoseconds / 1e6)} ms",
    };

    private static string Size(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{Digits(bytes / 1e3)} kB",
        _ => $"{Digits(bytes / 1e6)} MB",
    };

    private static string Digits(double value) => value.ToString(value < 100 ? "0.0#" : "#,0", CultureInfo.InvariantCulture);
}

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>How the micro-benchmarks are run.</summary>
/// <param name="Filters">Of the full names of the benchmarks.</param>
/// <param name="Warmups">Iterations that do not count.</param>
/// <param name="Iterations">Those that do.</param>
/// <param name="Milliseconds">How long an iteration lasts.</param>
/// <param name="IsDry">Each is called once, at its smallest size, and nothing is measured.</param>
/// <param name="More">Arguments of BenchmarkDotNet.</param>
internal sealed record MicroSettings(IReadOnlyList<string> Filters, int Warmups, int Iterations, int Milliseconds, bool IsDry, IReadOnlyList<string> More)
{
    /// <summary>The filter that leaves nothing out.</summary>
    public const string Everything = "*";
}

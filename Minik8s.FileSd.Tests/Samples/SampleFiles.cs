using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>The files of <c>samples/</c> and <c>docs/</c>, and the programs that check them.</summary>
internal static class SampleFiles
{
    /// <summary>The tests of the rules alone are many seconds of work, and the machine may be busy.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static string Prometheus { get; } = Sample("prometheus");

    public static string Runbook { get; } = Path.GetFullPath(Sample("../docs/runbook.md"));

    public static string Metrics { get; } = Path.GetFullPath(Sample("../docs/metrics.md"));

    /// <summary>What <c>promtool test rules</c> runs.</summary>
    public static string[] RuleTests { get; } = Directory.GetFiles(Sample("prometheus/tests"), "*.yml");

    public static string[] Rules { get; } = Directory.GetFiles(Sample("prometheus/rules"), "*.yml");

    public static string Sample(string path) => Path.Combine(Programs.SamplesFolder, path);

    public static Task<Finished> PromtoolAsync(params string[] args) => RunAsync("promtool", "prometheus", args);

    public static Task<Finished> AmtoolAsync(params string[] args) => RunAsync("amtool", "prometheus-alertmanager", args);

    public static Task<Finished> SystemdAnalyzeAsync(params string[] args) => RunAsync("systemd-analyze", "systemd", args);

    /// <summary>Runs a program of a Debian package; without it the test fails, rather than pass unseen.</summary>
    private static Task<Finished> RunAsync(string program, string package, string[] args) => Programs.OnPath(program) is { } path
        ? Executable.RunAsync(path, args, longest: Patience)
        : throw new AssertionException($"{program} is not on the PATH. Install it with: samples/debian-packages.sh {package}");
}

using System.Text.Json;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Samples;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The benchmarks can still be run, and what they run is right. How fast that is does not matter here.</summary>
[Category("Benchmark")]
[Parallelizable(ParallelScope.Children)]
internal sealed partial class BenchmarkTests
{
    private const int Changes = 3;

    private static readonly string Program =
        Path.Combine(AppContext.BaseDirectory.Replace("Minik8s.FileSd.Tests", "Minik8s.FileSd.Benchmarks"), "minik8s-filesd-benchmarks");

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Test]
    public async Task The_load_benchmark_measures_every_case_that_needs_no_Prometheus()
    {
        var unknown = await RunAsync("load", "--daemon", Daemon.Binary, "--case", "none");
        unknown.Code.Should().Be(2);
        var cases = CaseNames().Match(unknown.Error).Groups[1].Value.Split(", ").Where(name => !name.StartsWith("prometheus-")).ToList();

        var figures = await MeasureAsync(cases);

        figures.Select(figure => figure.Case).Distinct().Should().Equal(cases);
        Values(figures, "largest", "targets in the files").Should().Equal(50 + 150);
        Values(figures, "all-selected", "targets in the files").Should().Equal(10 + 500);
        Values(figures, "idle", "writes of both files").Should().Equal(0);
        Values(figures, "change-1k", "writes").Should().Equal(Changes);
        Values(figures, "change-50k", "writes").Should().Equal(Changes);
        Values(figures, "churn", "writes").Should().ContainSingle().Which.Should().BePositive();
        Values(figures, "churn", "from event to file, p50").Should().ContainSingle().Which.Should().BePositive("no change is in a file before it is told");
        foreach (var what in (string[])["bytes read from the server", "curl for the same pages, median", "CPU until the files are there, median", "peak memory, of all rounds"])
            Values(figures, "largest", what).Should().ContainSingle(what).Which.Should().BePositive(what);
    }

    [Test]
    public async Task The_load_benchmark_measures_a_Prometheus_that_follows_the_files()
    {
        var figures = await MeasureAsync(["prometheus-10"]);

        Values(figures, "prometheus-10", "memory of daemon and Prometheus").Should().ContainSingle().Which.Should().BePositive();
        Values(figures, "prometheus-10", "writes").Should().ContainSingle().Which.Should().BePositive();
    }

    [Test]
    public async Task Every_micro_benchmark_does_what_it_measures()
    {
        var classes = Directory.GetFiles(SampleFiles.Sample("../Minik8s.FileSd.Benchmarks/Micro"), "*Benchmarks.cs").Select(Path.GetFileNameWithoutExtension).ToList();

        var finished = await RunAsync("micro", "--dry");

        finished.Code.Should().Be(0, finished.Out + finished.Error);
        Executed().Matches(finished.Out).Select(line => line.Groups[1].Value).Distinct().Should().BeEquivalentTo(classes).And.HaveCountGreaterThan(5);
    }

    [TestCase("load --seconds x", "--seconds \"x\" is not a whole number of 1 or more, such as 60")]
    [TestCase("load --rounds 99999999999", "--rounds \"99999999999\" is more than 1000000")]
    [TestCase("micro --warmups 1.5", "--warmups \"1.5\" is not a whole number of 1 or more, such as 3")]
    [TestCase("load --scale 0", "--scale \"0\" is not a share above 0, such as 0.02")]
    [TestCase("load --json /nowhere/x.json", "--json \"/nowhere/x.json\" cannot be written")]
    [TestCase("load --secnds 5 -- --settle.quiet 1s", "load has no flag --secnds; it has --daemon, ")]
    [TestCase("load -- --targets.dir=/tmp", "--targets.dir behind -- is not for the daemon here")]
    [TestCase("load -- --shard 0/2", "--shard behind -- would leave targets out")]
    [TestCase("load --daemon /etc/passwd", "--daemon \"/etc/passwd\" cannot be executed")]
    public async Task What_is_wrong_is_said_before_anything_is_measured(string arguments, string message)
    {
        var finished = await RunAsync(arguments.Split(' '));

        finished.Code.Should().Be(2);
        finished.Out.Should().BeEmpty();
        finished.Error.Should().StartWith(message);
    }

    [TestCase("load --case churn --scale 0.01")]
    [TestCase("micro --filter *Publish*")]
    public async Task A_run_that_is_ended_takes_all_with_it_that_it_has_started(string arguments)
    {
        string[] program = [Program, .. arguments.Split(' '), .. arguments.StartsWith("load", StringComparison.Ordinal) ? new[] { "--daemon", Daemon.Binary } : []];
        using var folder = new TempFolder();

        var finished = await Executable.RunAsync("env", [$"--chdir={folder.Path}", $"TMPDIR={folder.Path}", "timeout", "--preserve-status", "5", .. program], longest: Patience);

        finished.Code.Should().Be(130, finished.Error);
        finished.Error.Should().Contain("ended before it was done").And.NotContain("could not be measured");
        Directory.GetDirectories(folder.Path, "minik8s-filesd-bench-*").Should().BeEmpty();
        Directory.GetDirectories("/proc").Where(process => RunsFor(process, folder.Path)).Should().BeEmpty("the daemon has ended");
    }

    private static bool RunsFor(string process, string folder)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline").Contains(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // one that has ended meanwhile, or that is none
        }
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(IReadOnlyList<string> cases)
    {
        var finished = await RunAsync(
        [
            "load", "--daemon", Daemon.Binary, "--scale", "0.01", "--seconds", "1", "--changes", $"{Changes}", "--rounds", "1", "--json", "-",
            .. cases.SelectMany(name => new[] { "--case", name }),
        ]);

        finished.Code.Should().Be(0, finished.Error);
        var figures = JsonSerializer.Deserialize<List<Figure>>(finished.Out, JsonSerializerOptions.Web)!;
        figures.Should().OnlyContain(figure => figure.Title.Length > 0 && figure.What.Length > 0 && double.IsFinite(figure.Value));
        return figures;
    }

    private static IEnumerable<double> Values(IReadOnlyList<Figure> figures, string name, string what) =>
        figures.Where(figure => figure.Case == name && figure.What == what).Select(figure => figure.Value);

    /// <summary>In a folder of its own, in which it leaves nothing that it has served or written.</summary>
    private static async Task<Finished> RunAsync(params string[] arguments)
    {
        using var folder = new TempFolder();
        var finished = await Executable.RunAsync("env", [$"--chdir={folder.Path}", $"TMPDIR={folder.Path}", Program, .. arguments], longest: Patience);
        Directory.GetDirectories(folder.Path, "minik8s-filesd-bench-*").Should().BeEmpty();
        return finished;
    }

    private sealed record Figure(string Case, string Title, string What, double Value);

    [GeneratedRegex("there are (.*)")]
    private static partial Regex CaseNames();

    [GeneratedRegex(@"^// Benchmark: (\w+)\.", RegexOptions.Multiline)]
    private static partial Regex Executed();
}

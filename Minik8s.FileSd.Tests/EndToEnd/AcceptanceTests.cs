using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.Sandbox;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The acceptance run, as a person starts it. It takes minutes: test.sh runs it once, on the native binary.</summary>
[Category("EndToEnd")]
[Category("Acceptance")]
[Parallelizable(ParallelScope.All)]
internal sealed partial class AcceptanceTests
{
    private static readonly string Binary = Path.Combine(AppContext.BaseDirectory, "Minik8s.Sandbox");

    /// <summary>Far more than it takes; each of its own waits ends before, and says what it waited for.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(9);

    /// <param name="more">On the Kubernetes-compatible API server, or on the original Minik8s'.</param>
    [TestCase]
    [TestCase("--classic")]
    public async Task Everything_that_was_asked_for_is_seen_on_real_processes(params string[] more)
    {
        var run = await Executable.RunAsync(Binary, ["acceptance", .. more], longest: Longest);
        await TestContext.Progress.WriteLineAsync(run.Out);

        run.Code.Should().Be(0, "the transcript says:\n{0}{1}", run.Out, run.Error);
        foreach (var step in (string[])
            [
                "The nodes and the pod that were there from the start are monitored",
                "The node_exporter of worker-2 is killed, and stays down",
                "A node is added: worker-3",
                "Two pods are created on it: shop and cart",
                "The pod changes its own metric: PUT /queue/42",
                "Every panel of the dashboards has data",
                "The alert on worker-2 fires and reaches Alertmanager",
                "The node_exporter of worker-2 is started again: the alert resolves",
                "A pod is deleted: its monitoring stops",
                "A node is deleted: its monitoring stops, and that of its pods",
                "All of it without a restart, a reload or a target file that could not be read",
            ])
        {
            run.Out.Should().MatchRegex($@"(?m)^ *\d+:\d\d\.\d  \d+\. {Regex.Escape(step)}$");
        }

        var summary = Summary().Match(run.Out);
        summary.Success.Should().BeTrue("the last line sums up:\n{0}", run.Out);
        foreach (var count in (string[])["steps", "seen", "dashboards", "panels", "expressions"])
        {
            int.Parse(summary.Groups[count].Value).Should().BePositive(count);
        }
    }

    [Test]
    public async Task A_run_that_is_interrupted_ends_what_it_started_and_did_not_pass()
    {
        var options = OwnAddresses.Options();
        using var run = Executable.Start(Binary, ["acceptance", "--prometheus", $"{options.Prometheus}"]);
        var transcript = run.StandardOutput;
        var lines = new List<string>();
        while (!lines.Exists(line => line.Contains("1. ")))
        {
            lines.Add(await transcript.ReadLineAsync() ?? throw new AssertionException(string.Join('\n', lines)));
        }

        await Executable.RunAsync("kill", ["-s", "INT", $"{run.Id}"]);
        (await transcript.ReadToEndAsync()).Should().Contain("FAILED: it was interrupted.");
        await run.WaitForExitAsync();
        run.ExitCode.Should().Be(SandboxException.Failed);
        Loopback.Free($"{options.Prometheus.Address}", options.Prometheus.Port).Should().Be(options.Prometheus, "Prometheus has ended");
    }

    [GeneratedRegex(@"PASSED: (?<steps>\d+) steps, (?<seen>\d+) things seen, (?<dashboards>\d+) dashboards, (?<panels>\d+) panels, (?<expressions>\d+) expressions")]
    private static partial Regex Summary();
}

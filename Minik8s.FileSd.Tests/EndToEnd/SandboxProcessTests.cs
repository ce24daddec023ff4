using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The sandbox as a person starts it, and its end.</summary>
[Category("EndToEnd")]
[Parallelizable(ParallelScope.All)]
internal sealed class SandboxProcessTests
{
    private static readonly string Binary = Path.Combine(AppContext.BaseDirectory, "Minik8s.Sandbox");

    private readonly SandboxOptions _options = OwnAddresses.Options();
    private readonly ConcurrentQueue<string> _lines = new();
    private Process _sandbox = null!;

    [SetUp]
    public async Task BringUp()
    {
        _sandbox = Process.Start(new ProcessStartInfo(Binary, _options.Flags())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _sandbox.OutputDataReceived += (_, data) => _lines.Enqueue(data.Data ?? "");
        _sandbox.ErrorDataReceived += (_, data) => _lines.Enqueue(data.Data ?? "");
        _sandbox.BeginOutputReadLine();
        _sandbox.BeginErrorReadLine();
        await Seen("up       nodes", "node=worker-1");
        await Seen("up       nodes", "node=worker-2");
        await Seen("up       pods", "pod=demo-1");
    }

    [TearDown]
    public async Task TakeDown()
    {
        if (!_sandbox.HasExited)
        {
            _sandbox.Kill();
        }

        await _sandbox.WaitForExitAsync();
        _sandbox.Dispose();
        if (TestContext.CurrentContext.Result.Outcome.Status != NUnit.Framework.Interfaces.TestStatus.Passed)
        {
            await TestContext.Out.WriteLineAsync(string.Join('\n', _lines));
        }
    }

    [Test]
    public async Task A_second_terminal_adds_and_removes_and_the_end_leaves_nothing()
    {
        await RunAsync("add", "node", "worker-3");
        await RunAsync("add", "pod", "demo-2");
        await Seen("up       nodes", "node=worker-3");
        await Seen("up       pods", "pod=demo-2");
        await RunAsync("remove", "node", "worker-3");
        await RunAsync("remove", "pod", "demo-2");
        await Seen("gone     nodes", "node=worker-3");
        await Seen("gone     pods", "pod=demo-2");

        var started = Children();
        var folder = Path.GetDirectoryName(_lines.Single(line => line.StartsWith("logs ", StringComparison.Ordinal)).Split(' ')[^1])!;
        started.Should().HaveCount(6, "API server, daemon, Prometheus, two nodes and a pod are left");
        Directory.Exists(folder).Should().BeTrue();

        await SignalAsync("TERM");
        await _sandbox.WaitForExitAsync();
        _sandbox.ExitCode.Should().Be(0);
        started.Where(IsAlive).Should().BeEmpty();
        Directory.Exists(folder).Should().BeFalse();
    }

    [Test]
    public async Task Nothing_survives_when_the_sandbox_is_killed()
    {
        var started = Children();
        started.Should().HaveCount(6);
        await SignalAsync("KILL");
        await Eventually.Holds(() => !started.Any(IsAlive), "all processes have ended");
    }

    private Task Seen(string change, string labels) => Eventually.Holds(
        () => _sandbox.HasExited
            ? throw new AssertionException($"the sandbox has ended:\n{string.Join('\n', _lines)}")
            : _lines.Any(line => line.Contains(change) && line.Contains(labels)),
        $"the line {change} {labels}");

    private async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(Binary, [.. command, "--api", $"{_options.Api}"])
        {
            RedirectStandardOutput = true,
        })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0);
    }

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_sandbox.Id}"]);
        await kill.WaitForExitAsync();
    }

    private List<int> Children() =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(folder)
           where name.All(char.IsAsciiDigit)
           let id = int.Parse(name, CultureInfo.InvariantCulture)
           where Stat(id) is [_, var parent, ..] && parent == $"{_sandbox.Id}"
           select id,
    ];

    private static bool IsAlive(int processId) => Stat(processId) is [not "Z", ..];

    /// <summary>State, parent and more of a process; empty when there is none. Its name, in brackets, may hold spaces.</summary>
    private static string[] Stat(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/stat").Split(") ")[^1].Split(' ');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

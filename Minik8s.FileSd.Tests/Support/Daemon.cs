using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>
/// The daemon as a process of its own: that of <c>MINIK8S_FILESD_BINARY</c>, for instance a native one, or that which was
/// built with the tests.
/// </summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private Daemon(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        _process = new Process { StartInfo = start };
        _process.ErrorDataReceived += (_, data) => Keep(data.Data);
        _process.OutputDataReceived += (_, data) => Keep(data.Data);
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public static string Binary { get; } = Environment.GetEnvironmentVariable("MINIK8S_FILESD_BINARY") is { Length: > 0 } binary
        ? binary
        : Path.Combine(AppContext.BaseDirectory.Replace("Minik8s.FileSd.Tests", "Minik8s.FileSd"), "minik8s-filesd");

    /// <summary>Of the process, also where a shell command has become the daemon by <c>exec</c>.</summary>
    public int Id => _process.Id;

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Follows a server and writes into a folder, logging everything as JSON.</summary>
    public static Daemon Follow(Uri server, string folder, params string[] more) => Run(
        ["--api.server", server.ToString(), "--targets.dir", folder, "--log.level", "debug", "--log.format", "json", .. more]);

    /// <summary>Runs it, without its web endpoint unless an address is among the arguments: many run at once.</summary>
    /// <remarks>Who runs the tests in the background of a shell has SIGINT ignored, and children inherit that.</remarks>
    public static Daemon Run(params string[] arguments) =>
        new(new ProcessStartInfo("env", ["--default-signal=INT", "MINIK8S_FILESD_WEB_LISTEN_ADDRESS=", Binary, .. arguments]));

    /// <summary>Runs it by a shell command in which <c>"$@"</c> stands for the daemon and its arguments.</summary>
    public static Daemon RunInShell(string command, params string[] arguments) =>
        new(new ProcessStartInfo("bash", ["-c", $"export MINIK8S_FILESD_WEB_LISTEN_ADDRESS=; {command}", "bash", Binary, .. arguments]));

    /// <summary>How often an event of this number was logged (with <c>--log.format json</c>).</summary>
    public int Logged(int eventId, string containing = "") =>
        _lines.Count(line => line.Contains($"\"EventId\":{eventId},") && line.Contains(containing));

    public Task UntilLogged(int eventId, string containing = "", int times = 1) =>
        Eventually.Holds(() => Logged(eventId, containing) >= times, $"event {eventId} {containing} logged {times} times; the log:\n{string.Join('\n', _lines)}");

    /// <summary>Whether it accepts connections on any port.</summary>
    public bool Listens
    {
        get
        {
            const string listening = "0A";
            var sockets = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(columns => columns[3] == listening)
                .Select(columns => $"socket:[{columns[9]}]")
                .ToHashSet();
            return new DirectoryInfo($"/proc/{_process.Id}/fd").EnumerateFileSystemInfos()
                .Any(descriptor => descriptor.LinkTarget is { } target && sockets.Contains(target));
        }
    }

    /// <summary>The most of its memory that was resident at any time, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
    }

    public async Task Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Ends it by SIGKILL, wherever it is. One that has ended already is a fault.</summary>
    public async Task Kill()
    {
        const int killed = 128 + 9;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.ExitCode.Should().Be(killed, "it was running until now; its log:\n{0}", string.Join('\n', _lines));
    }

    public async Task<int> ExitCode()
    {
        await Eventually.Holds(() => _process.HasExited, "the daemon has ended");
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }
}

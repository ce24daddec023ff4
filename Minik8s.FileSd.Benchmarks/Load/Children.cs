using System.Diagnostics;
using Minik8s.FileSd.Options;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>Processes of the benchmark's own, which end with it.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly Queue<string> _lines = new();

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    public ProcessMeter Meter => new(_process.Id);

    /// <summary>Right before it was started, on the monotonic clock.</summary>
    public long Started { get; private init; }

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that it has written on standard error.</summary>
    public string Log
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public static Child Start(string program, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment.Remove("DOTNET_gcServer");

        // Whoever is killed leaves the sockets for debuggers behind in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";

        // What is measured is what the flags say, whatever the caller's own daemon is told.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith(Setting.VariablePrefix, StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        var at = Stopwatch.GetTimestamp();
        var child = new Child(Process.Start(start)!) { Started = at };
        child._process.ErrorDataReceived += (_, data) => child.Keep(data.Data);
        child._process.BeginErrorReadLine();
        return child;
    }

    public Task<string?> LineAsync(CancellationToken stop) => _process.StandardOutput.ReadLineAsync(stop).AsTask();

    /// <summary>Waits for its end, and reads what it says meanwhile.</summary>
    public async Task<int> EndAsync(CancellationToken stop)
    {
        await _process.StandardOutput.ReadToEndAsync(stop);
        await _process.WaitForExitAsync(stop);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > 50)
                _lines.Dequeue();
        }
    }
}

using System.Diagnostics;

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
        var at = Stopwatch.GetTimestamp();
        var child = new Child(Process.Start(start)!) { Started = at };
        child._process.ErrorDataReceived += (_, data) => child.Keep(data.Data);
        child._process.BeginErrorReadLine();
        return child;
    }

    public Task<string?> LineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Waits for its end, and reads what it says meanwhile.</summary>
    public async Task<int> EndAsync()
    {
        await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
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

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Minik8s.Sandbox.Processes;

/// <summary>One process started by the launcher. Disposing ends it: first asked (SIGTERM), then made to (SIGKILL).</summary>
internal sealed partial class ChildProcess(ProgramStart program, string log, Process process) : IAsyncDisposable
{
    private const int Sigterm = 15;

    /// <summary>How long a process may take to end by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public ProgramStart Program { get; } = program;

    public int Id { get; } = process.Id;

    /// <summary>Completes when the process has ended, for whatever reason.</summary>
    public Task Exited { get; } = process.WaitForExitAsync();

    /// <summary>Name, exit code and last words of a process that has ended.</summary>
    public string Obituary =>
        $"{Program.Name} ended with exit code {process.ExitCode}. Its last words, from {log}:{LastLines(12)}";

    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
        {
            _ = Signal(Id, Sigterm);
            try
            {
                await Exited.WaitAsync(Grace, TimeProvider.System);
            }
            catch (TimeoutException)
            {
                process.Kill();
                await Exited;
            }
        }

        process.Dispose();
    }

    private string LastLines(int count)
    {
        try
        {
            var lines = File.ReadLines(log).TakeLast(count).ToList();
            return lines is [] ? " (nothing)" : string.Concat(lines.Select(line => "\n    " + line));
        }
        catch (IOException)
        {
            return " (none)";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);
}

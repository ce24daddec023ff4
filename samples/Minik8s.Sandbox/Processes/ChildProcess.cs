using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Minik8s.Sandbox.Processes;

/// <summary>One process started by the launcher. Disposing ends it: first asked (SIGTERM), then made to (SIGKILL).</summary>
internal sealed partial class ChildProcess(ProgramStart program, string log, Process process) : IAsyncDisposable
{
    private const int Sigterm = 15;
    private const int Sigkill = 9;

    /// <summary>How long a process may take to end by itself.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How long a process may take to be ready: a loaded machine is slow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public ProgramStart Program { get; } = program;

    public int Id { get; } = process.Id;

    /// <summary>Completes when the process has ended, for whatever reason.</summary>
    public Task Exited { get; } = process.WaitForExitAsync();

    /// <summary>Name, exit code and last words of a process that has ended.</summary>
    public string Obituary =>
        $"{Program.Name} ended with exit code {process.ExitCode}. Its last words:{LastLines()}";

    /// <summary>Waits until the process does what it is there for, which <paramref name="probe"/> finds out.</summary>
    /// <exception cref="SandboxException">It has ended instead, or it takes longer than a minute.</exception>
    public async Task ReadyAsync(
        Func<CancellationToken, Task<bool>> probe, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50), time);
        try
        {
            while (!await probe(either.Token))
            {
                if (Exited.IsCompleted)
                {
                    throw new SandboxException(Obituary);
                }

                await pause.WaitForNextTickAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new SandboxException(
                $"{Program.Name} is not ready after {Patience.TotalSeconds:0} s. Its last words:{LastLines()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
        {
            Ask(Id);
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

    /// <summary>Ends it without asking. One that has ended already is none to be ended.</summary>
    public void Kill()
    {
        if (!Exited.IsCompleted)
        {
            _ = Signal(Id, Sigkill);
        }
    }

    /// <summary>Asks a process to end.</summary>
    public static void Ask(int processId) => _ = Signal(processId, Sigterm);

    private string LastLines()
    {
        try
        {
            var lines = File.ReadLines(log).TakeLast(5).ToList();
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

using System.Collections.Concurrent;
using System.Diagnostics;

namespace Minik8s.Sandbox.Processes;

/// <summary>
/// Starts processes that cannot outlive this one. Each gets <c>PR_SET_PDEATHSIG</c> by way of util-linux' setpriv: the
/// kernel kills it when its parent is gone, however that went. The kernel takes "parent" to mean the starting
/// <em>thread</em>, so everything is started on one thread that lives as long as the launcher; a pool thread that
/// retires would take its children with it.
/// </summary>
internal sealed class Launcher : IDisposable
{
    // A session of its own (setsid) keeps the terminal's Ctrl+C from the child: who ends what, and in which order, is
    // decided here. exec all the way: the process id is the program's own. Output goes straight to the file.
    private const string Script = "log=$1; shift; exec setsid setpriv --pdeathsig KILL -- \"$@\" </dev/null >>\"$log\" 2>&1";

    private readonly BlockingCollection<Action> _starts = [];
    private readonly string _folder;

    /// <param name="folder">Where working folders and logs are created.</param>
    public Launcher(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(System.IO.Path.Combine(folder, "logs"));
        new Thread(Run) { IsBackground = true, Name = nameof(Launcher) }.Start();
    }

    /// <summary>Where the output of a program goes.</summary>
    /// <param name="files">The name of its files.</param>
    public string LogOf(string files) => System.IO.Path.Combine(_folder, "logs", files + ".log");

    public Task<ChildProcess> StartAsync(ProgramStart program)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() =>
        {
            try
            {
                started.SetResult(Start(program));
            }
            catch (Exception fault)
            {
                started.SetException(fault);
            }
        });
        return started.Task;
    }

    /// <summary>Ends the starting thread, and with it whatever still runs.</summary>
    public void Dispose() => _starts.CompleteAdding();

    private void Run()
    {
        foreach (var start in _starts.GetConsumingEnumerable())
        {
            start();
        }

        _starts.Dispose();
    }

    private ChildProcess Start(ProgramStart program)
    {
        var log = LogOf(program.Files);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, program.Name, log, program.Path, .. program.Arguments])
        {
            WorkingDirectory = Directory.CreateDirectory(System.IO.Path.Combine(_folder, program.Files)).FullName,
        };

        // The .NET programs among them are started by the runtime that runs this one, wherever it is installed.
        start.Environment["DOTNET_ROOT"] = Programs.DotnetRoot;

        // Meant for the sandbox; the daemon would take it for a setting that it does not know.
        start.Environment.Remove(Programs.DaemonVariable);
        foreach (var (name, value) in program.Environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(program, log, Process.Start(start)!);
    }
}

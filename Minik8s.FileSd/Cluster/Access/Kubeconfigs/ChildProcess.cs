using System.ComponentModel;
using System.Diagnostics;

namespace Minik8s.FileSd.Cluster.Access.Kubeconfigs;

/// <summary>
/// A program that does not outlive its use, nor this program: with what it has started, it is ended by the disposal, and by
/// the end of this process, at which no <c>finally</c> of a task that is on its way need run.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>The end of this process waits no longer for a program that is just being started, say from a disk that hangs.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMilliseconds(500);

    private static readonly Lock Changing = new();
    private static readonly HashSet<ChildProcess> Running = [];
    private static bool _isOver;

    private readonly Lock _ending = new();

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();

    private ChildProcess(Process process) => Process = process;

    public Process Process { get; }

    /// <exception cref="Win32Exception">It cannot be started.</exception>
    /// <exception cref="OperationCanceledException">This process is about to end.</exception>
    public static ChildProcess Start(ProcessStartInfo start)
    {
        lock (Changing)
        {
            if (_isOver)
                throw new OperationCanceledException();
            var child = new ChildProcess(Process.Start(start)!);
            Running.Add(child);
            return child;
        }
    }

    public void Dispose()
    {
        End();
        lock (Changing)
            Running.Remove(this);
        Process.Dispose();
    }

    private static void EndAll()
    {
        if (!Changing.TryEnter(StartPatience))
            return;
        try
        {
            _isOver = true;
            foreach (var child in Running)
                child.End();
        }
        finally
        {
            Changing.Exit();
        }
    }

    /// <summary>
    /// When it is ended already, returns when that is done: each process of a tree is stopped first and killed then, and the end of
    /// this process must not come between.
    /// </summary>
    private void End()
    {
        lock (_ending)
        {
            try
            {
                if (!Process.HasExited)
                    Process.Kill(entireProcessTree: true);
            }
            catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or AggregateException)
            {
                // It has ended meanwhile.
            }
        }
    }
}

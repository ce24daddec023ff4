namespace Minik8s.FileSd.Benchmarks;

/// <summary>How a command ends that was asked to, by SIGINT or SIGTERM, before it was done.</summary>
internal static class Ending
{
    /// <summary>As a shell has it for SIGINT.</summary>
    public const int ExitCode = 130;

    /// <summary>How long putting things away may take; then the process ends anyhow.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Ctrl+C is told to the children as well, and one may have ended by it before it is known here.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>It has been asked to end, so that what has failed did so for that.</summary>
    public static bool IsAskedFor(CancellationToken stop) => stop.IsCancellationRequested || stop.WaitHandle.WaitOne(Grace);

    public static Task TellAsync() => Console.Error.WriteLineAsync("ended before it was done");
}

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>The temporary folder of a run, in which its benchmarks have theirs, so that it can be removed whenever the run ends.</summary>
internal sealed class MicroFolder : IDisposable
{
    private static DirectoryInfo? _current;

    public MicroFolder() => _current = Directory.CreateTempSubdirectory("minik8s-filesd-bench-");

    /// <summary>Held by whoever writes: a benchmark that goes on when the run is ended would make a folder anew.</summary>
    public static Lock Gate { get; } = new();

    /// <exception cref="InvalidOperationException">There is no run, or it has ended.</exception>
    public static DirectoryInfo Current => _current ?? throw new InvalidOperationException("the run has ended");

    public void Dispose()
    {
        lock (Gate)
        {
            Current.Delete(recursive: true);
            _current = null;
        }
    }
}

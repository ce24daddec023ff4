namespace Minik8s.FileSd.Targets;

/// <summary>
/// How long whoever reads the files is to be left alone after a write. Prometheus reads all files of a folder, each to its end,
/// whenever one of them is replaced: the larger they are, the more rarely that may happen to one of them.
/// </summary>
/// <param name="bytes">Of all files together, as they were last published.</param>
internal sealed class ReaderRest(Func<long> bytes)
{
    /// <summary>CPU that it takes to read a byte: measured with Prometheus 2.42 and targets of some 1.3 kB.</summary>
    private const double NanosecondsPerByte = 12;

    /// <summary>Reading a file that never ceases to change takes one part in so many of a core, unless the rest is bounded.</summary>
    private const double Share = 64;

    private bool _isDue;
    private bool _hasPublished;

    /// <summary>From when the last publish began. What was not written is not read.</summary>
    public TimeSpan Time => _isDue ? TimeSpan.FromMicroseconds(bytes() * NanosecondsPerByte * Share / 1000) : TimeSpan.Zero;

    /// <summary>
    /// The first publish is nobody's turn: what changes right after the start is to be in the file at once, and that is one
    /// read more in the life of a daemon.
    /// </summary>
    public void Published(Publication publication) =>
        (_isDue, _hasPublished) = (publication.Written && _hasPublished, true);
}

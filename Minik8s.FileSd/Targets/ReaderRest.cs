using Minik8s.FileSd.Streams;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// How long whoever reads the files is to be left alone after a write. Prometheus reads all files of a folder, each to its end,
/// whenever one of them is replaced, and goes over all of their targets then: the larger they are, the more rarely that may
/// happen to one of them.
/// </summary>
/// <param name="bytes">Of all files together, as they were last published.</param>
internal sealed class ReaderRest(Func<long> bytes)
{
    /// <summary>CPU that a new file costs for each byte: measured with Prometheus 2.42 and targets of some 1.3 kB (docs/performance.md).</summary>
    private const double NanosecondsPerByte = 72;

    /// <summary>A file that never ceases to change takes one part in so many of a core to read, unless the rest is bounded.</summary>
    private const double Share = 40;

    /// <summary>A silence for as long as so many reads take is one: what then changes is the exception.</summary>
    private const double LoneShare = 5;

    /// <summary>Nobody waits for longer than this to see whether more comes.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);

    private bool _isDue;
    private bool _hasPublished;

    /// <summary>From when the last publish began. What was not written is not read.</summary>
    public Rest Time
    {
        get
        {
            if (!_isDue)
                return Rest.None;
            var read = TimeSpan.FromMicroseconds(bytes() * NanosecondsPerByte / 1000);
            return new(Share * read, LoneShare * read < LongestSilence ? LoneShare * read : LongestSilence);
        }
    }

    /// <summary>
    /// The first publish is nobody's turn: what changes right after the start is to be in the file at once, and that is one
    /// read more in the life of a daemon.
    /// </summary>
    public void Published(Publication publication) =>
        (_isDue, _hasPublished) = (publication.Written && _hasPublished, true);
}

using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Auditing;

/// <summary>
/// A file that grows by whole lines; a piece of one that an earlier run was killed over stands alone. One that has grown to its limit becomes the older one, beside it, and a new one is
/// begun. It is opened for each line: who moves or deletes it finds the next line in a new file.
/// </summary>
/// <param name="longest">
/// Bytes from which on a new file is begun. A line that is longer alone has a file of its own.
/// </param>
internal sealed class AuditFile(string path, long longest)
{
    /// <summary>0640: who may read what the cluster is like is the administrator's to say, by the file's group.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private const string NoFile = "there is something that is no file";

    private bool _isWhole;

    /// <summary>What it was before it grew to its limit.</summary>
    public string Older => $"{path}.1";

    /// <param name="line">With its line break.</param>
    /// <exception cref="IOException">It is not written, nor any piece of it.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Append(byte[] line)
    {
        var stamp = Posix.Stamp(path);
        if (stamp is { IsRegular: false })
            throw new IOException(NoFile);
        if (stamp is { Size: > 0 } grown && (long)grown.Size + line.Length > longest)
        {
            Posix.Rename(path, Older);
            stamp = null;
        }

        Posix.Append(path, line, stamp is null ? Mode : null, mends: !_isWhole);
        _isWhole = true;
    }

    /// <summary>Whether lines could be added, to the file that is there or to a new one. Nothing is written that stays.</summary>
    /// <exception cref="IOException">They could not.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not.</exception>
    public void Try()
    {
        if (Posix.Stamp(path) is not { } stamp)
            TryFolder(Link.Target(path));
        else if (stamp.IsRegular)
            Posix.TryAppend(path);
        else
            throw new IOException(NoFile);
    }

    /// <summary>Whether it could become <see cref="Older"/>, and a new one be begun.</summary>
    /// <exception cref="IOException">It could not.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not.</exception>
    public void TryTurn() => TryFolder(path);

    private static void TryFolder(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"there is no folder {folder}");
        Staging.TryEntry(folder);
    }
}

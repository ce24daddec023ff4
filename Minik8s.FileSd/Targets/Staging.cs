namespace Minik8s.FileSd.Targets;

/// <summary>
/// Where the next content of a target file is written before it takes the file's place: a hidden sub-folder, on the same file
/// system, so that a rename is atomic, and out of Prometheus' sight, which watches the folder and takes any event in it for a
/// reason to read all files again.
/// </summary>
/// <param name="folder">That of the target file.</param>
/// <param name="name">Of the target file, with which the names of staged ones begin.</param>
internal sealed class Staging(string folder, string name)
{
    /// <summary>0644: Prometheus may be another user.</summary>
    public const UnixFileMode FileMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>0755.</summary>
    public const UnixFileMode FolderMode =
        FileMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string _path = Path.Combine(folder, ".staging");
    private bool _hasLeftovers = true;

    /// <summary>Writes the content and gives it the place of <paramref name="target"/>, in one step or not at all.</summary>
    /// <returns>Its size in bytes, and by what it is known again.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public (long Length, FileStamp? Stamp) Publish(FileContent content, string target)
    {
        Directory.CreateDirectory(_path, FolderMode);
        var staged = Path.Combine(_path, $"{name}.{Guid.NewGuid():N}");
        try
        {
            var length = Write(content, staged);
            var stamp = Posix.Stamp(staged);
            Posix.Rename(staged, target);

            // The rename has changed it once more. Who has been faster than this look has put another file there.
            var there = Posix.Stamp(target);
            return (length, stamp is { } written && there?.IsSameFileAs(written) == true ? there : stamp);
        }
        catch
        {
            TryDelete(staged);
            _hasLeftovers = true;
            throw;
        }
    }

    /// <summary>Whether files can be staged below a folder and take their place in it; what is made for that is removed.</summary>
    /// <param name="isTargetFolder">It is one; else one is to be made in it.</param>
    /// <exception cref="IOException">They cannot.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not.</exception>
    public static void Try(string folder, bool isTargetFolder)
    {
        var name = $"check.{Guid.NewGuid():N}";
        var staging = Path.Combine(folder, isTargetFolder ? ".staging" : $".minik8s-filesd-{name}");
        var isOwn = !Directory.Exists(staging);
        Directory.CreateDirectory(staging, FolderMode);
        try
        {
            var staged = Path.Combine(staging, name);
            Write(new FileContent([TargetSet.Empty]), staged);
            try
            {
                if (Posix.Device(staged) != Posix.Device(folder))
                    throw new IOException($"{staging} is on another file system, from which nothing can be moved in one step");
            }
            finally
            {
                File.Delete(staged);
            }
        }
        finally
        {
            if (isOwn)
                TryDeleteFolder(staging);
        }

        if (!isTargetFolder)
            return;

        // A rename into the folder is a write to the folder itself, which the one into a folder below it does not show.
        if (!isOwn)
            TryEntry(folder);

        // It has to last, for which the folder is opened: its mode may allow to write and forbid that.
        Posix.SyncFolder(folder);
    }

    /// <summary>Whether a folder that is there takes new entries.</summary>
    /// <exception cref="IOException">It does not.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static void TryEntry(string folder)
    {
        var entry = Path.Combine(folder, $".minik8s-filesd-check.{Guid.NewGuid():N}");
        Directory.CreateDirectory(entry);
        Directory.Delete(entry);
    }

    /// <summary>Removes what a daemon that was killed in the middle of a write has left, or a write that failed.</summary>
    public void RemoveLeftovers()
    {
        if (!_hasLeftovers)
            return;
        _hasLeftovers = false;
        if (!Directory.Exists(_path))
            return;
        foreach (var file in Directory.EnumerateFiles(_path, $"{name}.*"))
            TryDelete(file);
    }

    /// <summary>A daemon that starts just now may be using it.</summary>
    private static void TryDeleteFolder(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (IOException)
        {
            // Then it belongs there.
        }
    }

    /// <summary>The file is closed in the end: a lock on it would keep readers out that heed it.</summary>
    private static long Write(FileContent content, string staged)
    {
        // While it is written it is locked (Share.None): a staged file without a lock is a leftover.
        using var file = new FileStream(staged, new FileStreamOptions
        {
            Mode = System.IO.FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 64 * 1024,
            UnixCreateMode = FileMode,
        });
        foreach (var piece in content.Render())
            file.Write(piece.Span);

        // The process' umask may have taken bits from the mode at creation.
        File.SetUnixFileMode(file.SafeFileHandle, FileMode);
        file.Flush(flushToDisk: true);
        return file.Length;
    }

    /// <summary>Deletes a staged file, unless another daemon is writing it: two may share a folder.</summary>
    private static void TryDelete(string staged)
    {
        try
        {
            if (Posix.Stamp(staged) is { IsRegular: false })
                File.Delete(staged);
            else
                using (new FileStream(staged, System.IO.FileMode.Open, FileAccess.Write, FileShare.None))
                    File.Delete(staged);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Locked, already renamed, or not ours. It harms nobody where it is, and the next start tries again.
        }
    }
}

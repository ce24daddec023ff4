namespace Minik8s.FileSd.Targets;

/// <summary>What a publish did.</summary>
/// <param name="Written">False when the file already said the same.</param>
/// <param name="Targets">How many targets it says.</param>
/// <param name="Bytes">Its size.</param>
internal readonly record struct Publication(bool Written, int Targets, long Bytes);

/// <summary>What has become of a file since it was published.</summary>
/// <param name="Damage">What is wrong with it, in a few words; null when it says what it should.</param>
/// <param name="IsForeign">Somebody else has written it.</param>
internal readonly record struct FileLook(string? Damage, bool IsForeign);

/// <summary>
/// A file that Prometheus reads by <c>file_sd_configs</c>. It is replaced as a whole or not at all, is readable by every
/// user, and is not touched when it already says the same. Not to be called concurrently.
/// </summary>
internal sealed class TargetFile(string folder, string name)
{
    private const string Otherwise = "it says something else";

    private readonly Staging _staging = new(folder, name);

    /// <summary>What it is to say; null before the first publish.</summary>
    private FileContent? _wanted;

    /// <summary>What it says; null when that may be something else, or nothing.</summary>
    private FileContent? _published;
    private FileStamp? _stamp;

    /// <summary>At the last look it said something else.</summary>
    private bool _isSuspect;
    private bool _wasMountPoint;

    /// <summary>It was replaced, and the folder does not have that on disk for sure.</summary>
    private bool _isUnsynced;

    public string Name => name;

    public string Path { get; } = System.IO.Path.Combine(folder, name);

    /// <summary>Creates the folder if it is missing. To be called once, at the start: see <see cref="Publish"/>.</summary>
    /// <exception cref="IOException">There is no folder, and none can be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be made.</exception>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (System.IO.Path.GetDirectoryName(folder) is { Length: > 0 } parent)
            CreateFolder(parent);
        Directory.CreateDirectory(folder);

        // Set and not given at creation, where the process' umask would take bits from it.
        File.SetUnixFileMode(folder, Staging.FolderMode);
    }

    /// <summary>Makes the file say <paramref name="content"/>.</summary>
    /// <exception cref="IOException">It cannot be written. The old file is as it was; call again.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written. The old file is as it was; call again.</exception>
    public Publication Publish(FileContent content)
    {
        _wanted = content;
        _staging.RemoveLeftovers();
        bool same;
        if (_published is null)
        {
            _stamp = Posix.Stamp(Path);
            same = IsOnDisk(content);
        }
        else
        {
            same = content.SaysTheSameAs(_published);
        }

        var bytes = same ? content.Length : Write(content);
        if (_isUnsynced)
            Posix.SyncFolder(folder);
        _isUnsynced = false;
        _published = content;
        return new(!same, content.Count, bytes);
    }

    /// <summary>Makes the file say anew what it is to say.</summary>
    /// <exception cref="IOException">As of <see cref="Publish"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public Publication PublishAgain() => Publish(_wanted!);

    /// <summary>Whether the file is still as it was published. One that is not is written by the next publish.</summary>
    public FileLook Look()
    {
        var now = Posix.Stamp(Path);
        if (_wanted is null || (_published is not null && now is not null && now == _stamp))
        {
            _isSuspect = false;
            return default;
        }

        var damage = FolderFault() ?? now switch
        {
            null => "it is gone",
            { IsRegular: false } => "it is no file",
            { Mode: var mode } when mode != Staging.FileMode => $"its mode is {Convert.ToString((int)mode, 8).PadLeft(4, '0')}",
            { Size: 0 } => "it is empty",
            _ when !IsOnDisk(_published ?? _wanted) => Otherwise,
            _ => null,
        };

        // A second daemon may have heard before us what we are about to hear: what is newer is not to be undone.
        var wasSuspect = _isSuspect;
        _isSuspect = damage == Otherwise;
        if (_isSuspect && !wasSuspect && _published is not null)
            return default;
        var isForeign = damage is null && _stamp is { } before && !now!.Value.IsSameFileAs(before);
        _stamp = now;
        _published = damage is null ? _published ?? _wanted : null;
        return new(damage, isForeign);
    }

    /// <summary>A folder that was unmounted would be one that Prometheus does not see, and one made anew one that it does not watch.</summary>
    private string? FolderFault() =>
        !Directory.Exists(folder) ? $"the folder {folder} is gone; put it back, it is not made again"
        : _wasMountPoint && !Posix.IsMountPoint(folder) ? $"the folder {folder} is no longer a mounted file system; mount it again"
        : null;

    private long Write(FileContent content)
    {
        if (FolderFault() is { } fault)
            throw new DirectoryNotFoundException(fault);
        _wasMountPoint = Posix.IsMountPoint(folder);
        var (length, stamp) = _staging.Publish(content, Path);

        // From here on the file is the new one, even where the rest fails and the write counts as none.
        (_stamp, _published, _isUnsynced) = (stamp, null, true);
        return length;
    }

    /// <summary>After a restart in an unchanged cluster the file is right already, and Prometheus need not read it again.</summary>
    private bool IsOnDisk(FileContent content) => Posix.Stamp(Path)?.Mode == Staging.FileMode && Says(Path, content);

    /// <summary>Whether a file has these very bytes; what cannot be read, or is no file, has not.</summary>
    public static bool Says(string path, FileContent content)
    {
        try
        {
            if (Posix.Stamp(path) is not { IsRegular: true })
                return false;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
            var buffer = Array.Empty<byte>();
            foreach (var piece in content.Render())
            {
                if (buffer.Length < piece.Length)
                    buffer = new byte[piece.Length];
                var read = buffer.AsSpan(0, piece.Length);
                if (file.ReadAtLeast(read, read.Length, throwOnEndOfStream: false) < read.Length || !read.SequenceEqual(piece.Span))
                    return false;
            }

            return file.ReadByte() < 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

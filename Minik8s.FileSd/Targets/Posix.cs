using System.Runtime.InteropServices;

namespace Minik8s.FileSd.Targets;

/// <summary>The system calls that .NET does not offer as they are.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int RegularFile = 0x8000;

    /// <summary>
    /// Replaces <paramref name="to"/> in one step. <see cref="File.Move(string, string, bool)"/> would quietly copy where
    /// the two are on different file systems; this fails.
    /// </summary>
    /// <exception cref="IOException">With the reason as the system tells it.</exception>
    public static void Rename(string from, string to)
    {
        const int otherFileSystem = 18;
        if (NativeRename(from, to) < 0)
            throw Fault($"cannot rename {from} to {to}", Marshal.GetLastPInvokeError() == otherFileSystem ? $"; {Path.GetDirectoryName(from)} must be on the file system of its folder" : "");
    }

    /// <summary>Makes the folder's entries, and so a rename in it, last over a power failure.</summary>
    /// <exception cref="IOException">With the reason as the system tells it.</exception>
    public static void SyncFolder(string folder)
    {
        var descriptor = NativeOpen(folder, ReadOnly);
        if (descriptor < 0)
            throw Fault($"cannot open the folder {folder}");
        var result = NativeFsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = NativeClose(descriptor);

        // Some network and FUSE file systems have no fsync for folders (EINVAL): nothing is lost that could be kept.
        const int invalidArgument = 22;
        if (result < 0 && error != invalidArgument)
            throw new IOException($"cannot sync the folder {folder}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    /// <summary>What is at a path, or null when there is nothing or nothing that may be seen.</summary>
    public static FileStamp? Stamp(string path) => Stat(path) is { } stat
        ? new(stat.Inode, stat.BornSeconds, stat.BornNanoseconds, stat.Size, stat.ChangedSeconds, stat.ChangedNanoseconds, stat.ModifiedSeconds, stat.ModifiedNanoseconds, (UnixFileMode)(stat.Mode & 0xFFF), (stat.Mode & 0xF000) == RegularFile)
        : null;

    /// <summary>Who may do what with a file or folder, or null when there is nothing or nothing that may be seen.</summary>
    public static FileRights? Rights(string path) =>
        Stat(path) is { } stat ? new((UnixFileMode)(stat.Mode & 0xFFF), stat.User, stat.Group) : null;

    /// <summary>Whether another file system is mounted just here. False on kernels before 5.8, which do not say.</summary>
    public static bool IsMountPoint(string folder)
    {
        const ulong mountRoot = 0x2000;
        return Stat(folder) is { } stat && (stat.Attributes & stat.AttributesMask & mountRoot) != 0;
    }

    /// <summary>The file system that something is on; null when there is nothing or nothing that may be seen.</summary>
    public static (uint Major, uint Minor)? Device(string path) => Stat(path) is { } stat ? (stat.DeviceMajor, stat.DeviceMinor) : null;

    private static Statx? Stat(string path)
    {
        const int currentFolder = -100;
        const uint basicFieldsAndBirth = 0xFFF;
        return NativeStatx(currentFolder, path, 0, basicFieldsAndBirth, out var stat) < 0 ? null : stat;
    }

    private static IOException Fault(string what, string advice = "") =>
        new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}{advice}", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeStatx(int folder, string path, int flags, uint mask, out Statx stat);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeRename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeFsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int NativeClose(int descriptor);

    /// <summary>The same on every architecture, which <c>struct stat</c> is not.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Statx
    {
        [FieldOffset(8)]
        public readonly ulong Attributes;

        [FieldOffset(20)]
        public readonly uint User;

        [FieldOffset(24)]
        public readonly uint Group;

        [FieldOffset(28)]
        public readonly ushort Mode;

        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(40)]
        public readonly ulong Size;

        [FieldOffset(56)]
        public readonly ulong AttributesMask;

        [FieldOffset(80)]
        public readonly long BornSeconds;

        [FieldOffset(88)]
        public readonly uint BornNanoseconds;

        [FieldOffset(96)]
        public readonly long ChangedSeconds;

        [FieldOffset(104)]
        public readonly uint ChangedNanoseconds;

        [FieldOffset(112)]
        public readonly long ModifiedSeconds;

        [FieldOffset(120)]
        public readonly uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public readonly uint DeviceMajor;

        [FieldOffset(140)]
        public readonly uint DeviceMinor;
    }
}

/// <summary>By which one sees whether a file is still the one that it was.</summary>
/// <remarks>The number of a file that was deleted is given to the next one at once: only their births tell them apart.</remarks>
/// <param name="ChangedSeconds">When the file or what is said of it was changed, which nobody can set back.</param>
/// <param name="IsRegular">Not a folder, a device or a pipe, of which some are read without an end.</param>
internal readonly record struct FileStamp(
    ulong Inode, long BornSeconds, uint BornNanoseconds, ulong Size, long ChangedSeconds, uint ChangedNanoseconds,
    long ModifiedSeconds, uint ModifiedNanoseconds, UnixFileMode Mode, bool IsRegular)
{
    /// <summary>When the content was last written.</summary>
    public DateTimeOffset Modified => DateTimeOffset.FromUnixTimeSeconds(ModifiedSeconds);

    public bool IsSameFileAs(FileStamp other) =>
        (Inode, BornSeconds, BornNanoseconds) == (other.Inode, other.BornSeconds, other.BornNanoseconds);
}

/// <param name="User">Whose it is, by number, and so is <paramref name="Group"/>.</param>
internal readonly record struct FileRights(UnixFileMode Mode, uint User, uint Group);

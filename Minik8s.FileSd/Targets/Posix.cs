using System.Runtime.InteropServices;

namespace Minik8s.FileSd.Targets;

/// <summary>The two system calls that .NET does not offer as they are.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;

    /// <summary>
    /// Replaces <paramref name="to"/> in one step. <see cref="File.Move(string, string, bool)"/> would quietly copy where
    /// the two are on different file systems; this fails.
    /// </summary>
    /// <exception cref="IOException">With the reason as the system tells it.</exception>
    public static void Rename(string from, string to) => Check(NativeRename(from, to), $"cannot rename {from} to {to}");

    /// <summary>Makes the folder's entries, and so a rename in it, last over a power failure.</summary>
    /// <exception cref="IOException">With the reason as the system tells it.</exception>
    public static void SyncFolder(string folder)
    {
        var descriptor = NativeOpen(folder, ReadOnly);
        Check(descriptor, $"cannot open the folder {folder}");
        var result = NativeFsync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = NativeClose(descriptor);

        // Some network and FUSE file systems have no fsync for folders (EINVAL): nothing is lost that could be kept.
        const int invalidArgument = 22;
        if (result < 0 && error != invalidArgument)
            throw new IOException($"cannot sync the folder {folder}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
            throw new IOException($"{what}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeRename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeFsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int NativeClose(int descriptor);
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Minik8s.FileSd.Targets;

/// <remarks>Growing a file.</remarks>
internal static partial class Posix
{
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int AppendOnly = 0x400;
    private const int CloseOnExec = 0x80000;

    /// <summary>
    /// Adds a line at the end of a file, which is created if it is missing: in one write behind whatever others have added
    /// meanwhile (<see cref="FileMode.Append"/> writes where the end was when it was opened), and whole or not at all.
    /// </summary>
    /// <param name="line">With its line break.</param>
    /// <param name="mode">Is given to the file, whatever the process' umask; null to leave it as it is.</param>
    /// <param name="mends">
    /// What stands there without a line break at its end gets one first. Not to be asked while others write: what they are
    /// writing has none, either.
    /// </param>
    /// <exception cref="IOException">With the reason as the system tells it.</exception>
    public static void Append(string path, byte[] line, UnixFileMode? mode, bool mends)
    {
        var descriptor = NativeOpen(path, ReadWrite | Create | AppendOnly | CloseOnExec, 0x180);
        if (descriptor < 0)
            throw Fault("cannot open it");
        using var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (mode is { } given)
            File.SetUnixFileMode(file, given);
        var length = RandomAccess.GetLength(file);
        Span<byte> last = stackalloc byte[1];
        byte[] bytes = mends && length > 0 && RandomAccess.Read(file, last, length - 1) == 1 && last[0] != '\n' ? [(byte)'\n', .. line] : line;
        var written = NativeWrite(descriptor, bytes, bytes.Length);
        if (written == bytes.Length)
            return;
        var error = Marshal.GetLastPInvokeError();
        if (written > 0)
            RandomAccess.SetLength(file, length);
        throw written < 0
            ? new IOException(Marshal.GetPInvokeErrorMessage(error), error)
            : new IOException($"only {written} of {bytes.Length} bytes had room");
    }

    /// <summary>Opens a file that is there as <see cref="Append"/> does, and leaves it as it is.</summary>
    /// <exception cref="IOException">With the reason as the system tells it.</exception>
    public static void TryAppend(string path)
    {
        var descriptor = NativeOpen(path, ReadWrite | AppendOnly | CloseOnExec, 0);
        if (descriptor < 0)
            throw Fault("cannot open it");
        _ = NativeClose(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint NativeWrite(int descriptor, ReadOnlySpan<byte> bytes, nint count);
}

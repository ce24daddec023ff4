using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>When files of a folder were replaced by a rename, as the kernel tells it (inotify), on the monotonic clock.</summary>
internal sealed unsafe partial class FileEvents : IDisposable
{
    private const uint MovedTo = 0x80;
    private const uint Ignored = 0x8000;
    private const int HeaderLength = 16;

    private readonly int _descriptor;
    private readonly int _watch;
    private readonly ConcurrentQueue<(string Name, long At)> _events = new();
    private readonly Thread _thread;
    private readonly Action<string, long>? _heard;
    private bool _isDisposed;

    /// <param name="heard">Called for each at once, on the thread that reads them.</param>
    public FileEvents(string folder, Action<string, long>? heard = null)
    {
        _heard = heard;
        _descriptor = Init(0);
        _watch = AddWatch(_descriptor, folder, MovedTo);
        if (_watch < 0)
            throw new IOException($"{folder} cannot be watched: error {Marshal.GetLastPInvokeError()}");
        _thread = new Thread(Read) { IsBackground = true, Priority = ThreadPriority.Highest };
        _thread.Start();
    }

    /// <summary>How often it was replaced.</summary>
    public int Count(string name) => _events.Count(each => each.Name == name);

    /// <summary>The first time after a moment; null when there was none yet.</summary>
    public long? FirstAfter(string name, long moment)
    {
        foreach (var each in _events)
        {
            if (each.Name == name && each.At > moment)
                return each.At;
        }

        return null;
    }

    /// <summary>Forgets what has been.</summary>
    public void Clear() => _events.Clear();

    /// <summary>The kernel tells the reading thread, which ends: from then on nothing is heard.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true) && RemoveWatch(_descriptor, _watch) == 0)
            _thread.Join();
    }

    private void Read()
    {
        ReadAll();
        _ = Close(_descriptor);
    }

    private void ReadAll()
    {
        var buffer = stackalloc byte[64 * 1024];
        while (Read(_descriptor, buffer, 64 * 1024) is > 0 and var length)
        {
            var at = Stopwatch.GetTimestamp();
            for (nint offset = 0; offset < length;)
            {
                if ((*(uint*)(buffer + offset + 4) & Ignored) != 0)
                    return;
                var nameLength = *(int*)(buffer + offset + 12);
                var name = Encoding.ASCII.GetString(buffer + offset + HeaderLength, nameLength).TrimEnd('\0');
                _events.Enqueue((name, at));
                _heard?.Invoke(name, at);
                offset += HeaderLength + nameLength;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial int Init(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddWatch(int descriptor, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    private static partial int RemoveWatch(int descriptor, int watch);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

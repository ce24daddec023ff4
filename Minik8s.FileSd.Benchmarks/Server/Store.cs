using System.Threading.Channels;

namespace Minik8s.FileSd.Benchmarks.Server;

/// <summary>
/// The objects of one kind as bytes, sorted by name, and whoever watches them. The whole list is rendered once, page by
/// page: it is not the server that is to be measured. Objects that the client's selector leaves out need not be here: the
/// server would not send them.
/// </summary>
internal sealed class Store(string kind, string fieldOfWatch)
{
    private readonly Lock _gate = new();
    private readonly List<Channel<Frame>> _watchers = [];
    private List<byte[]> _pages = [];

    public long Version { get; private set; } = 1;

    /// <summary>Bytes of bodies that were sent.</summary>
    public long Sent;

    public string Kind => kind;

    public string Name => fieldOfWatch;

    /// <summary>For the first list; later changes are told to watchers alone, and the pages stay as they are.</summary>
    public void Fill(IEnumerable<byte[]> objects, int pageSize)
    {
        Version = 1_000_000;
        var chunks = objects.Chunk(pageSize).ToList();
        if (chunks.Count == 0)
            chunks.Add([]);
        _pages = [.. chunks.Select((items, index) => Page(items, index + 1 < chunks.Count ? $"page-{index + 1}" : ""))];
    }

    /// <param name="token">As a page before has named it; null for the first.</param>
    public byte[] Page(string? token) => _pages[token is null ? 0 : int.Parse(token.AsSpan("page-".Length), System.Globalization.CultureInfo.InvariantCulture)];

    public ChannelReader<Frame> Watch()
    {
        var channel = Channel.CreateUnbounded<Frame>(new UnboundedChannelOptions { SingleReader = true });
        lock (_gate)
            _watchers.Add(channel);
        return channel.Reader;
    }

    public int Watchers
    {
        get
        {
            lock (_gate)
                return _watchers.Count;
        }
    }

    /// <summary>Tells a change.</summary>
    /// <param name="type"><c>ADDED</c>, <c>MODIFIED</c> or <c>DELETED</c>.</param>
    /// <param name="render">Of the version that it gets.</param>
    /// <returns>Ends when the frame was written to every watcher, with the moment at which writing it began.</returns>
    public Task<long> TellAsync(string type, Func<long, byte[]> render)
    {
        lock (_gate)
        {
            var frame = new Frame(Line(type, render(++Version)));
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(frame);
            if (_watchers.Count == 0)
                frame.Written.TrySetResult(System.Diagnostics.Stopwatch.GetTimestamp());
            return frame.Written.Task;
        }
    }

    /// <summary>A frame of a watch.</summary>
    public byte[] Line(string type, byte[] item) =>
        [.. "{\"type\":\""u8, .. System.Text.Encoding.ASCII.GetBytes(type), .. "\",\"object\":"u8, .. Typed(item), .. "}\n"u8];

    /// <summary>Objects of a list do not name their kind; those of a watch do.</summary>
    private byte[] Typed(byte[] item) =>
        [.. System.Text.Encoding.ASCII.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"v1\","), .. item.AsSpan(1)];

    private byte[] Page(byte[][] items, string next)
    {
        using var page = new MemoryStream();
        page.Write(System.Text.Encoding.ASCII.GetBytes(
            $"{{\"kind\":\"{kind}List\",\"apiVersion\":\"v1\",\"metadata\":{{\"resourceVersion\":\"{Version}\"{(next.Length > 0 ? $",\"continue\":\"{next}\"" : "")}}},\"items\":["));
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
                page.WriteByte((byte)',');
            page.Write(items[i]);
        }

        page.Write("]}\n"u8);
        return page.ToArray();
    }
}

/// <summary>One line of a watch.</summary>
internal sealed record Frame(byte[] Line)
{
    public TaskCompletionSource<long> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

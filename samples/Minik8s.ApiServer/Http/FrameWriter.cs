using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Selection;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Http;

/// <summary>Writes watch frames, one a line, and knows how much of them is not flushed yet.</summary>
internal sealed class FrameWriter(PipeWriter pipe, IRepresentation representation) : IBufferWriter<byte>
{
    /// <summary>Enough to fill packets, little enough that a slow reader holds no memory worth mentioning.</summary>
    private const int FlushAt = 64 * 1024;

    private int _pending;

    public bool IsDue => _pending >= FlushAt;

    public void Write(EventType type, StoredObject o)
    {
        this.Write(type switch
        {
            EventType.Added => "{\"type\":\"ADDED\",\"object\":"u8,
            EventType.Modified => "{\"type\":\"MODIFIED\",\"object\":"u8,
            _ => "{\"type\":\"DELETED\",\"object\":"u8,
        });
        representation.WriteEventObject(this, o);
        this.Write("}\n"u8);
    }

    public void WriteBookmark(ResourceKind kind, long version, bool endsInitialEvents)
    {
        var number = version.ToString(CultureInfo.InvariantCulture);
        var annotations = endsInitialEvents ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
        this.Write(Encoding.UTF8.GetBytes(
            "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"" + kind.Kind + "\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\""
            + number + "\"" + annotations + "}," + kind.EmptyBody + "}}\n"));
    }

    public void WriteError(Status status)
    {
        this.Write("{\"type\":\"ERROR\",\"object\":"u8);
        this.Write(status.ToJson());
        this.Write("}\n"u8);
    }

    /// <summary>Sends what has been written; nothing when that is nothing, for headers may be held until there is.</summary>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        if (_pending == 0)
        {
            return;
        }

        _pending = 0;
        var flushed = await pipe.FlushAsync(cancel);
        if (flushed.IsCompleted)
        {
            throw new OperationCanceledException("The client has gone.");
        }
    }

    public void Advance(int count)
    {
        pipe.Advance(count);
        _pending += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => pipe.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => pipe.GetSpan(sizeHint);
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Minik8s.FileSd.Cluster.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>What Kubernetes API servers write; anything else is a fault, save within a single object.</summary>
/// <param name="kind">As objects say it: <c>Node</c>, <c>Pod</c>.</param>
/// <param name="selector">Of what it leaves out no more is read than that; null for nothing.</param>
/// <param name="bounds">Null for the defaults.</param>
internal sealed class KubernetesFormat<T>(string kind, JsonTypeInfo<T> itemType, LabelSelector? selector = null, Bounds? bounds = null) : IWireFormat<T>
    where T : class, IResource
{
    private readonly Bounds _bounds = bounds ?? Bounds.Default;
    private readonly byte[] _kind = Encoding.ASCII.GetBytes(kind);
    private readonly Wanted _wanted = Wanted.By(itemType);
    private readonly Wanted _wantedOfFrame = Wanted.Of(
        ("type", Wanted.All), ("object", Wanted.Either(Wanted.By(itemType), Wanted.By(ClusterJson.Default.ApiStatus), Wanted.Of(("kind", Wanted.All)))));
    private readonly JsonTypeInfo<WatchEvent<T>> _frameType = JsonMetadataServices.CreateValueInfo<WatchEvent<T>>(
        new JsonSerializerOptions { TypeInfoResolver = ClusterJson.Default }, new WatchEventConverter<T>(kind, itemType));

    public IAsyncEnumerable<ListPart<T>> ReadListAsync(Stream body, CancellationToken stop) =>
        new ListReader<T>(kind, itemType, _wanted, Selection, _bounds).ReadAsync(body, stop);

    public IAsyncEnumerable<WatchEvent<T>> ReadWatchAsync(Stream body, CancellationToken stop)
    {
        var (told, selection) = (new ToldObjects(T.HasNamespace, _bounds.Limits.ListObjects), Selection);
        return WatchStreamReader.ReadAsync(body, frame => Frame(frame, told, selection), _bounds, stop);
    }

    private Selection Selection => new(selector ?? LabelSelector.Everything);

    private WatchEvent<T> Frame(ReadOnlySpan<byte> frame, ToldObjects told, Selection selection)
    {
        var pruned = StreamBuffer.Rent(frame.Length);
        try
        {
            if (Pruning.Prune(frame, 0, _wantedOfFrame, pruned, out var length) < 0)
                throw new JsonException("A watch frame is no JSON object.");
            if (Brief(pruned.AsSpan(0, length), told, selection) is { } brief)
                return brief;
            var reader = new Utf8JsonReader(pruned.AsSpan(0, length), new JsonReaderOptions { MaxDepth = Bounds.Depth });
            return JsonSerializer.Deserialize(ref reader, _frameType) ?? throw new JsonException("A watch frame is null.");
        }
        finally
        {
            StreamBuffer.Return(pruned);
        }
    }

    /// <summary>A frame that tells nothing of interest but who it is about; null for one that has to be decoded.</summary>
    private WatchEvent<T>? Brief(ReadOnlySpan<byte> frame, ToldObjects told, Selection selection)
    {
        var isPlain = FrameGlance.TryTake(frame, out var type, out var item);
        if (isPlain && type is WatchEventType.Bookmark or WatchEventType.Error)
            return null;
        if (!isPlain || !Glance.TryTake(item, _kind, out var glance))
        {
            // It may be about any object.
            told.Clear();
            return null;
        }

        var isOut = selection.LeavesOut(glance);
        if (type == WatchEventType.Deleted || isOut)
            told.Forget(glance);
        if (type == WatchEventType.Deleted)
            return null;
        var extent = isOut ? WatchExtent.Unselected : told.IsAsBefore(item, glance) ? WatchExtent.Unchanged : WatchExtent.Whole;
        return extent == WatchExtent.Whole || glance.Metadata() is not { IsUsable: true } metadata ? null
            : new(type, (T)T.NotDecoded(metadata, ""), null, type == WatchEventType.Added ? "ADDED" : "MODIFIED") { Extent = extent };
    }
}

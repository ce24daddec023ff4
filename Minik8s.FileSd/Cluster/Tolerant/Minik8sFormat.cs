using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Cluster.Tolerant;

/// <summary>
/// What any Minik8s API server writes: a list in whatever <see cref="Envelope"/>, of objects with their facts wherever
/// <see cref="Facts"/> says. A list's bytes are held while it is read.
/// </summary>
/// <param name="read">Tells an object as Kubernetes would.</param>
/// <param name="refusedKind">
/// A list that says to be of this kind is Kubernetes' own and not read: while the dialect is still looked for, a list of
/// Kubernetes that broke off must not make its server be taken for another. Null when the dialect is known.
/// </param>
/// <param name="bounds">Null for the defaults. How long a list may be is the matter of who gives its bytes.</param>
internal sealed class Minik8sFormat<T>(Func<JsonObject, T> read, string? refusedKind, Bounds? bounds = null) : IWireFormat<T>
    where T : class, IResource
{
    /// <summary>Whether lists with something in them are maps; null before the first of them.</summary>
    private bool? _hasMaps;

    /// <remarks>An object that cannot be read is skipped and counted, unless there is no other.</remarks>
    public async IAsyncEnumerable<ListPart<T>> ReadListAsync(Stream body, [EnumeratorCancellation] CancellationToken stop)
    {
        var list = Read(await BytesAsync(body, stop));
        var (count, skipped) = (0, 0);
        var size = new ListSize((bounds ?? Bounds.Default).Limits, Dialect.Minik8s);
        foreach (var element in list.Elements)
        {
            size.AddObject();
            if (Read(element) is { } item)
            {
                count++;
                yield return new(item, null);
            }
            else
            {
                skipped++;
            }
        }

        if (skipped > 0 && count == 0)
            throw new JsonException($"None of the {skipped} objects of the list can be read.");
        if (count > 0)
            _hasMaps = list.IsMap;
        var end = new ListMeta(list.ResourceVersion, null) { Skipped = skipped };
        yield return new(null, end.IsUsable ? end : throw new JsonException("The version of the list is too long to be one."));
    }

    public IAsyncEnumerable<WatchEvent<T>> ReadWatchAsync(Stream body, CancellationToken stop)
    {
        var isFirst = true;
        return WatchStreamReader.ReadAsync(body, Read, bounds ?? Bounds.Default, stop);

        WatchEvent<T> Read(ReadOnlySpan<byte> bytes)
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Bounds.Depth });
            reader.Read();
            Extent.Of(reader).Check();
            var frame = JsonNode.Parse(ref reader);
            try
            {
                return Frame(frame);
            }
            catch (Exception fault) when (IsUnreadable(fault))
            {
                throw new JsonException(fault.Message);
            }
        }

        WatchEvent<T> Frame(JsonNode? frame)
        {
            if (Fact.Scalar(frame.Named("type")) is not { } type || frame.Named("object") is not { } told)
            {
                throw isFirst
                    ? new WatchRefusedException("it answers one with something else")
                    : new JsonException("A watch frame needs a type and an object.");
            }

            isFirst = false;
            var known = WatchEventTypes.Of(type.ToUpperInvariant());
            return known switch
            {
                WatchEventType.Error => new(known, null, told.Deserialize(ClusterJson.Default.ApiStatus), type),
                WatchEventType.Bookmark => new(known, told is JsonObject mark ? Usable(read(mark)) : null, null, type),
                WatchEventType.Unknown => new(known, null, null, type),
                _ => this.Read(told) is { } item
                    ? new(known, item, null, type)
                    : throw new JsonException("The object of a watch frame cannot be read."),
            };
        }
    }

    private static T Usable(T mark) => mark.Metadata.ResourceVersion is { Length: > ObjectMeta.LongestVersion }
        ? throw new JsonException("The version of a bookmark is too long to be one.")
        : mark;

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(Stream body, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, stop) is > 0 and var count)
            bytes.Write(buffer, 0, count);

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private Envelope.List Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (bytes.Span.TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
                return new(Envelope.Elements(bytes), null, IsMap: false);
            var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = Bounds.Depth });
            reader.Read();
            Extent.Of(reader).Check();
            var body = JsonNode.Parse(bytes.Span, documentOptions: new() { MaxDepth = Extent.Deepest });
            if (refusedKind is not null && Fact.Scalar(body.Named("kind")) == refusedKind)
                throw new JsonException($"The answer is a {refusedKind}, which is Kubernetes'.");
            var list = Envelope.Read(body);
            return _hasMaps == false && list.IsMap && !list.Elements.Any()
                ? throw new JsonException("The answer is an empty object, which a list of this server never was.")
                : list;
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            throw new JsonException(fault.Message);
        }
    }

    private T? Read(JsonNode? element)
    {
        try
        {
            return Envelope.Open(element) is { } item && read(item) is { Metadata.IsUsable: true } told ? told : null;
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            return null;
        }
    }

    /// <summary>A name that stands there twice, in the one or the other case; a text that is no Unicode.</summary>
    private static bool IsUnreadable(Exception fault) => fault is ArgumentException or InvalidOperationException;
}

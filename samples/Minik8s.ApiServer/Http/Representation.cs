using System.Buffers;
using System.Globalization;
using System.Text;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Http;

/// <summary>How objects look on the wire: themselves, or as rows of a Table.</summary>
internal interface IRepresentation
{
    void WriteObject(IBufferWriter<byte> to, StoredObject o);

    /// <summary>Everything of a list; pieces are handed out so that the caller can flush between them.</summary>
    IEnumerable<ReadOnlyMemory<byte>> List(ResourceKind kind, ObjectList list);

    /// <summary>The object inside one watch frame.</summary>
    void WriteEventObject(IBufferWriter<byte> to, StoredObject o);
}

/// <summary>Objects as they are stored: their bytes are copied and nothing is serialized.</summary>
internal sealed class JsonRepresentation : IRepresentation
{
    private static readonly byte[] Comma = ","u8.ToArray();
    private static readonly byte[] End = "]}\n"u8.ToArray();

    public static JsonRepresentation Instance { get; } = new();

    public void WriteObject(IBufferWriter<byte> to, StoredObject o)
    {
        WriteEventObject(to, o);
        to.Write("\n"u8);
    }

    public IEnumerable<ReadOnlyMemory<byte>> List(ResourceKind kind, ObjectList list)
    {
        yield return Encoding.UTF8.GetBytes(
            $$"""{"kind":"{{kind.Kind}}List","apiVersion":"v1","metadata":{{Metadata(list)}},"items":[""");
        var first = true;
        foreach (var item in list.Items)
        {
            if (!first)
            {
                yield return Comma;
            }

            first = false;
            yield return item.Json;
        }

        yield return End;
    }

    public void WriteEventObject(IBufferWriter<byte> to, StoredObject o)
    {
        to.Write(o.Kind.Opening);
        to.Write(o.Json.AsSpan(1));
    }

    public static string Metadata(ObjectList list)
    {
        var metadata = new StringBuilder($"{{\"resourceVersion\":\"{list.Version.ToString(CultureInfo.InvariantCulture)}\"");
        if (list.Continue is { } token)
        {
            metadata.Append(CultureInfo.InvariantCulture, $",\"continue\":\"{token}\"");
        }

        if (list.Remaining is { } remaining)
        {
            metadata.Append(CultureInfo.InvariantCulture, $",\"remainingItemCount\":{remaining}");
        }

        return metadata.Append('}').ToString();
    }
}

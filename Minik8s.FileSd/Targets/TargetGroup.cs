using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// One target group of a file_sd file: one address and its labels. There is one group to a target because labels belong
/// to the group.
/// </summary>
/// <param name="Address"><c>host:port</c>; an IPv6 host stands in brackets.</param>
/// <param name="Labels">Sorted ordinally by name; no empty values, which Prometheus takes for absent.</param>
internal sealed record TargetGroup(string Address, IReadOnlyList<KeyValuePair<string, string>> Labels)
{
    /// <summary>What must be escaped in JSON is escaped; the rest stays readable for people and short for Prometheus.</summary>
    private static readonly JavaScriptEncoder Escaping = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>What stands in the file as it is, a byte to a character.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(c => c is not ('"' or '\\'))]);

    private static readonly JsonWriterOptions Json = new()
    {
        Encoder = Escaping,
        SkipValidation = true,
    };

    /// <summary>The group as one line of JSON, without a line break.</summary>
    public byte[] Render() => Written(writer => Write(writer, _ => { }));

    /// <summary>The group as two pieces, with room between them for labels that sort from <paramref name="name"/> on.</summary>
    /// <returns>Up to the last label before, and from the first one after, with its comma.</returns>
    public (byte[] Before, byte[] After) RenderAround(string name)
    {
        var cut = -1;
        var whole = Written(writer => Write(writer, next =>
        {
            if (cut < 0 && string.CompareOrdinal(next, name) >= 0)
                cut = (int)(writer.BytesCommitted + writer.BytesPending);
        }));
        if (cut < 0)
            cut = whole.Length - "}}".Length;
        return (whole[..cut], whole[cut..]);
    }

    /// <summary>Bytes that a label takes, with a comma.</summary>
    /// <param name="name">A valid label name.</param>
    public static int SizeOf(string name, string value) =>
        "\"\":\"\",".Length + name.Length
        + (value.AsSpan().ContainsAnyExcept(Plain) ? Utf8Text.Size(Escaping.Encode(value)) : value.Length);

    /// <summary>Labels as they stand between the braces.</summary>
    public static byte[] RenderLabels(IReadOnlyList<KeyValuePair<string, string>> labels) => Written(writer =>
    {
        writer.WriteStartObject();
        foreach (var (name, value) in labels)
            writer.WriteString(name, value);
        writer.WriteEndObject();
    })[1..^1];

    /// <param name="before">Called with the name of each label before it is written.</param>
    private void Write(Utf8JsonWriter writer, Action<string> before)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("targets"u8);
        writer.WriteStringValue(Address);
        writer.WriteEndArray();
        writer.WriteStartObject("labels"u8);
        foreach (var (name, value) in Labels)
        {
            before(name);
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Json))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}

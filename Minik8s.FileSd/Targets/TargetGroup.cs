using System.Buffers;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// One target group of a file_sd file: one address and its labels. There is one group to a target because labels belong
/// to the group.
/// </summary>
/// <param name="Address"><c>host:port</c>; an IPv6 host stands in brackets.</param>
/// <param name="Labels">Sorted ordinally by name; no empty values, which Prometheus takes for absent.</param>
internal sealed record TargetGroup(string Address, IReadOnlyList<KeyValuePair<string, string>> Labels)
{
    private const int FirstLength = 4 * 1024;
    private const int LongestKept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>The group as one line of JSON, without a line break.</summary>
    public byte[] Render() => Write(null, out _).WrittenSpan.ToArray();

    /// <summary>The group as two pieces, with room between them for labels that sort from <paramref name="name"/> on.</summary>
    /// <returns>Up to the last label before, and from the first one after, with its comma.</returns>
    public (byte[] Before, byte[] After) RenderAround(string name)
    {
        var whole = Write(name, out var cut).WrittenSpan;
        return (whole[..cut].ToArray(), whole[cut..].ToArray());
    }

    /// <summary>Bytes that a label takes, with a comma.</summary>
    /// <param name="name">A valid label name.</param>
    public static int SizeOf(string name, string value) => "\"\":\"\",".Length + name.Length + JsonText.Size(value);

    /// <summary>Labels as they stand between the braces.</summary>
    public static byte[] RenderLabels(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        var line = Buffer();
        foreach (var (name, value) in labels)
            JsonText.WriteLabel(line, name, value, isFirst: line.WrittenCount == 0);
        return line.WrittenSpan.ToArray();
    }

    private ArrayBufferWriter<byte> Write(string? cutAt, out int cut)
    {
        var line = Buffer();
        line.Write("{\"targets\":["u8);
        JsonText.Write(line, Address);
        line.Write("],\"labels\":{"u8);
        var begin = line.WrittenCount;
        cut = -1;
        foreach (var (name, value) in Labels)
        {
            if (cutAt is not null && cut < 0 && string.CompareOrdinal(name, cutAt) >= 0)
                cut = line.WrittenCount;
            JsonText.WriteLabel(line, name, value, isFirst: line.WrittenCount == begin);
        }

        if (cut < 0)
            cut = line.WrittenCount;
        line.Write("}}"u8);
        return line;
    }

    /// <summary>An empty one, which is the thread's own until it asks for another.</summary>
    private static ArrayBufferWriter<byte> Buffer()
    {
        if (_buffer is null or { Capacity: > LongestKept })
            _buffer = new(FirstLength);
        _buffer.ResetWrittenCount();
        return _buffer;
    }
}

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
    private static readonly JsonWriterOptions Json = new()
    {
        // What must be escaped in JSON is escaped; the rest stays readable for people and short for Prometheus.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>The group as one line of JSON, without a line break.</summary>
    public byte[] Render()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Json))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("targets"u8);
            writer.WriteStringValue(Address);
            writer.WriteEndArray();
            writer.WriteStartObject("labels"u8);
            foreach (var (name, value) in Labels)
                writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The group without the labels that sort from <paramref name="name"/> on, and they alone, for others to come between.</summary>
    /// <returns>Two pieces of JSON: up to the last label before, and from the first one after.</returns>
    public (byte[] Before, byte[] After) RenderAround(string name)
    {
        var whole = Render();
        var before = (this with { Labels = [.. Labels.TakeWhile(label => string.CompareOrdinal(label.Key, name) < 0)] }).Render();
        var cut = before.Length - "}}".Length;
        return (whole[..cut], whole[cut..]);
    }

    /// <summary>Labels as they stand between the braces.</summary>
    public static byte[] RenderLabels(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Json))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in labels)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan[1..^1].ToArray();
    }
}

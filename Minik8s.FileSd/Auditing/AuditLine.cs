using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Auditing;

/// <summary>A publish as one line of JSON. docs/audit.md says what stands in it.</summary>
internal static class AuditLine
{
    /// <summary>ASCII, with a line break at the end and none before.</summary>
    public static byte[] Of(Publish publish, TargetDiff diff)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time"u8, publish.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("file"u8, publish.File);
            Write(json, publish.Cause);
            Write(json, "added"u8, diff.Added);
            Write(json, "removed"u8, diff.Removed);
            Write(json, diff.Relabelled);
            json.WriteNumber("targets"u8, publish.Publication.Targets);
            json.WriteNumber("bytes"u8, publish.Publication.Bytes);
            json.WriteString("sha256"u8, publish.After.Hash());
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Cause cause)
    {
        json.WriteStartObject("cause"u8);
        json.WriteString("kind"u8, SnakeCase.Of(cause.Kind));
        json.WriteString("objectKind"u8, cause.ObjectKind);
        json.WriteString("object"u8, cause.Object?.ToString());
        json.WriteString("resourceVersion"u8, cause.ResourceVersion);
        json.WriteNumber("others"u8, cause.Others);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<TargetLine> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            WriteTarget(json, line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<Relabelling> relabelled)
    {
        json.WriteStartArray("relabelled"u8);
        foreach (var each in relabelled)
        {
            WriteTarget(json, each.After);
            json.WriteStartArray("labels"u8);
            foreach (var label in each.Labels)
                json.WriteStringValue(label);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTarget(Utf8JsonWriter json, TargetLine line)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, line.Object.ToString());
        json.WriteString("target"u8, line.Address);
    }
}

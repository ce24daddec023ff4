using System.Text.Json;
using System.Text.Unicode;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// Reads a target group as it stands in a file, by the rules of Prometheus' <c>file_sd</c>: an unknown key, a <c>null</c>, a
/// wrong label name or a number where a text should be costs the whole file its place, and others drop the target without a
/// word. Where Prometheus accepts more than the daemon ever writes, such as a key in capitals, the daemon's way counts.
/// </summary>
internal static class GroupCheck
{
    /// <summary>What is wrong with a group, in words fit for a log line; null when nothing is.</summary>
    /// <param name="line">The group alone, without a comma behind it.</param>
    /// <remarks>A good line allocates nothing as long as its labels are sorted, as those of the daemon are.</remarks>
    public static string? Fault(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
            return "it is not valid UTF-8";
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            var fault = Group(ref reader, line);
            if (fault is null)
                reader.Read(); // Anything behind it is not JSON.
            return fault;
        }
        catch (JsonException fault)
        {
            return Printable.Of($"it is not JSON: {fault.Message}");
        }
    }

    /// <summary>Likewise for labels as they stand between the braces, empty for none.</summary>
    public static string? LabelsFault(ReadOnlySpan<byte> labels) =>
        Fault([.. """{"targets":["localhost:1"],"labels":{"""u8, .. labels, .. "}}"u8]);

    private static string? Group(ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return "it is no object";
        var (hasTargets, hasLabels) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? fault;
            if (!hasTargets && reader.ValueSpan.SequenceEqual("targets"u8))
                (hasTargets, fault) = (true, Targets(ref reader));
            else if (!hasLabels && reader.ValueSpan.SequenceEqual("labels"u8))
                (hasLabels, fault) = (true, LabelCheck.Fault(ref reader, line));
            else
                fault = $"its key {Utf8Text.Quoted(reader.ValueSpan)} is not known or stands there twice";
            if (fault is not null)
                return fault;
        }

        return !hasTargets ? "it has no targets" : !hasLabels ? "it has no labels" : null;
    }

    private static string? Targets(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return "its targets are no array";
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
            return "its targets are empty";
        if (reader.TokenType != JsonTokenType.String)
            return "its target is no string";
        if (!AddressCheck.IsHostAndPort(reader.ValueSpan))
            return $"its target {Utf8Text.Quoted(reader.ValueSpan)} is no host and port";
        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray ? null : "it has more than one target";
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Minik8s.FileSd.Targets;

/// <summary>The part of <see cref="GroupCheck"/> that concerns labels.</summary>
internal static class LabelCheck
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    /// <param name="reader">Stands at the key <c>labels</c>; afterwards at the end of its object.</param>
    /// <param name="line">What it reads.</param>
    public static string? Fault(ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return "its labels are no object";
        var start = reader;
        var sorted = true;
        ReadOnlySpan<byte> last = default, interval = default, timeout = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            if (name.IsEmpty || name[0] is >= (byte)'0' and <= (byte)'9' || name.ContainsAnyExcept(NameBytes))
                return $"{Utf8Text.Quoted(name)} is no label name";
            if (name.SequenceEqual("__address__"u8) || name.SequenceEqual("__meta_filepath"u8))
                return $"Prometheus sets the label {Utf8Text.Quoted(name)} itself";
            sorted &= name.SequenceCompareTo(last) > 0;
            last = name;

            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                return $"its label {Utf8Text.Quoted(name)} is no string";
            var value = reader.ValueSpan;
            if (reader.ValueIsEscaped && HasHalfAPair(value))
                return $"its label {Utf8Text.Quoted(name)} has half a surrogate pair";
            if (name.SequenceEqual("__scheme__"u8) && !value.SequenceEqual("http"u8) && !value.SequenceEqual("https"u8))
                return $"its scheme {Utf8Text.Quoted(value)} is neither http nor https";
            if (name.SequenceEqual("__scrape_interval__"u8))
                interval = value;
            else if (name.SequenceEqual("__scrape_timeout__"u8))
                timeout = value;
            else
                continue;
            if (Duration(value) is null)
                return $"its {Utf8Text.Quoted(name)} {Utf8Text.Quoted(value)} is no duration above 0";
        }

        if (!sorted && Duplicate(start) is { } twice)
            return $"its label {Utf8Text.Quoted(twice)} stands there twice";
        return !interval.IsEmpty && !timeout.IsEmpty && Duration(timeout) > Duration(interval)
            ? $"its timeout {Utf8Text.Quoted(timeout)} is longer than its interval {Utf8Text.Quoted(interval)}"
            : null;
    }

    private static TimeSpan? Duration(ReadOnlySpan<byte> value)
    {
        Span<char> text = stackalloc char[PrometheusDuration.LongestText];
        return value.Length <= text.Length
            && PrometheusDuration.TryParse(text[..Encoding.Latin1.GetChars(value, text)], out var duration)
            && duration > TimeSpan.Zero && duration <= PrometheusDuration.Longest
            ? duration
            : null;
    }

    private static byte[]? Duplicate(Utf8JsonReader reader)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!names.Add(Utf8Text.Of(reader.ValueSpan)))
                return reader.ValueSpan.ToArray();
            reader.Read();
        }

        return null;
    }

    /// <summary>Whether an escape is half of a character that takes two. The reader has seen that the escapes are whole.</summary>
    private static bool HasHalfAPair(ReadOnlySpan<byte> escaped)
    {
        const int length = 6; // of \uXXXX
        for (var next = escaped.IndexOf((byte)'\\'); next >= 0; next = escaped.IndexOf((byte)'\\'))
        {
            escaped = escaped[next..];
            if (CodeUnit(escaped) is not { } unit || !char.IsSurrogate(unit))
                escaped = escaped[(escaped[1] == 'u' ? length : 2)..];
            else if (char.IsHighSurrogate(unit) && CodeUnit(escaped[length..]) is { } second && char.IsLowSurrogate(second))
                escaped = escaped[(2 * length)..];
            else
                return true;
        }

        return false;

        static char? CodeUnit(ReadOnlySpan<byte> text) =>
            text is [(byte)'\\', (byte)'u', _, _, _, _, ..] && Utf8Parser.TryParse(text[2..length], out ushort unit, out _, 'x') ? (char)unit : null;
    }
}

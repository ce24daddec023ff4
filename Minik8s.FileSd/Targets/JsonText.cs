using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minik8s.FileSd.Targets;

/// <summary>Writes texts as JSON. What must be escaped is escaped; the rest stays readable for people and short for Prometheus.</summary>
internal static class JsonText
{
    private static readonly JavaScriptEncoder Escaping = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = Escaping,
        SkipValidation = true,
    };

    /// <summary>What stands in the file as it is, a byte to a character.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(c => c is not ('"' or '\\'))]);

    /// <summary>Bytes of it, without the quotes.</summary>
    public static int Size(string text) => IsPlain(text) ? text.Length : Utf8Text.Size(Escaping.Encode(text));

    /// <summary>With the quotes.</summary>
    public static void Write(IBufferWriter<byte> to, string text)
    {
        if (IsPlain(text))
        {
            var place = to.GetSpan(text.Length + 2);
            place[0] = (byte)'"';
            Ascii.FromUtf16(text, place[1..], out var length);
            place[length + 1] = (byte)'"';
            to.Advance(length + 2);
            return;
        }

        using var writer = new Utf8JsonWriter(to, Options);
        writer.WriteStringValue(text);
    }

    /// <summary>Names and texts, as they stand between braces.</summary>
    /// <param name="name">A valid label name.</param>
    /// <param name="isFirst">Nothing stands before it.</param>
    public static void WriteLabel(IBufferWriter<byte> to, string name, string value, bool isFirst)
    {
        if (!isFirst)
            to.Write(","u8);
        Write(to, name);
        to.Write(":"u8);
        Write(to, value);
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExcept(Plain);
}

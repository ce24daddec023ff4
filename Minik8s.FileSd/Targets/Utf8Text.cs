using System.Text;

namespace Minik8s.FileSd.Targets;

/// <summary>Texts as the bytes of a file, without a byte-order mark.</summary>
internal static class Utf8Text
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    public static int Size(string text) => Encoding.GetByteCount(text);

    public static byte[] Bytes(string text) => Encoding.GetBytes(text);

    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.GetString(bytes);

    /// <summary>Fit for a log line, in quotes.</summary>
    public static string Quoted(ReadOnlySpan<byte> bytes) => $"\"{Printable.Short(Of(bytes))}\"";
}

using System.Globalization;
using System.Text;

namespace Minik8s.FileSd;

/// <summary>
/// Makes what a server or the owner of a pod has written fit for a log line: no line break and no control character,
/// with which one could forge a line or drive a terminal, no mark that hides or turns around a text, and not longer than
/// anybody reads.
/// </summary>
internal static class Printable
{
    private const int Longest = 500;
    private const int Word = 100;
    private const int Paragraph = 4000;

    public static string Of(string text) => Cut(text, Longest);

    /// <summary>Likewise for a single value within a line: up to 100 characters, so that what is said of it is still read.</summary>
    public static string Short(string text) => Cut(text, Word);

    /// <summary>Likewise for what somebody has asked for and wants to read to its end: up to 4,000 characters.</summary>
    public static string Whole(string text) => Cut(text, Paragraph);

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var fit = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (fit.Length + rune.Utf16SequenceLength > longest)
                break;
            fit.Append(IsUnfit(rune) ? " " : rune.ToString());
        }

        return text.Length > longest ? $"{fit} … ({text.Length} characters)" : fit.ToString();
    }

    // Format characters: marks that reverse the direction of a text, joiners and tags that are not seen, the byte order mark.
    private static bool IsUnfit(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

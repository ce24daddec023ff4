namespace Minik8s.FileSd;

/// <summary>
/// Makes what a server or the owner of a pod has written fit for a log line: no line break and no control character,
/// with which one could forge a line or drive a terminal, and not longer than anybody reads.
/// </summary>
internal static class Printable
{
    private const int Longest = 500;

    public static string Of(string text)
    {
        if (text.Length <= Longest && !text.Any(IsUnfit))
            return text;
        var fit = string.Concat(text.Take(Longest).Select(c => IsUnfit(c) ? ' ' : c));
        return text.Length > Longest ? $"{fit} … ({text.Length} characters)" : fit;
    }

    // Beside the control characters: line and paragraph separators, and marks that reverse the direction of a text.
    private static bool IsUnfit(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e');
}

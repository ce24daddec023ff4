using System.Collections;

namespace Minik8s.FileSd.Commands;

/// <summary>What the results of commands are printed on.</summary>
/// <param name="isUtf8">Whether it shows more than ASCII.</param>
internal sealed class Screen(TextWriter output, bool isUtf8)
{
    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>As the locale of the process says; without one it is plain ASCII.</summary>
    public static bool IsUtf8(IDictionary environment) =>
        LocaleVariables.Select(name => environment[name] as string).FirstOrDefault(value => !string.IsNullOrEmpty(value))
            is { } locale && locale.Replace("-", "").Contains("utf8", StringComparison.OrdinalIgnoreCase);

    public string Good => isUtf8 ? "✓" : "ok";

    public string Bad => isUtf8 ? "✗" : "NO";

    public string Warning => isUtf8 ? "!" : "! ";

    public string Question => isUtf8 ? "?" : "? ";

    public string Arrow => isUtf8 ? "→" : "->";

    /// <summary>One line, whatever is in it.</summary>
    public void Line(string text = "") => output.WriteLine(isUtf8 ? Printable.Whole(text) : Ascii(Printable.Whole(text)));

    private static string Ascii(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.IsAscii ? rune.ToString() : "?"));
}

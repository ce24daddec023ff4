using System.Text;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// The names of the labels that a key of an object's owner becomes. Objects have most of their keys in common: the last few
/// hundred are kept.
/// </summary>
/// <param name="Name"><c>&lt;prefix&gt;_&lt;key&gt;</c>, a valid label name.</param>
/// <param name="Present"><c>&lt;prefix&gt;present_&lt;key&gt;</c>.</param>
internal sealed record KeyedName(string Prefix, string Key, string Name, string Present)
{
    private const int Places = 512;
    private const int LongestKept = 256;

    private static readonly KeyedName?[] Kept = new KeyedName?[Places];

    public static KeyedName Of(string prefix, string key)
    {
        ref var place = ref Kept[(uint)HashCode.Combine(prefix.Length, key) % Places];
        if (place is { } known && known.Key == key && known.Prefix == prefix)
            return known;
        var name = Sanitized(key);
        var made = new KeyedName(prefix, key, $"{prefix}_{name}", $"{prefix}present_{name}");
        if (key.Length <= LongestKept)
            place = made;
        return made;
    }

    /// <summary>Every character outside <c>[a-zA-Z0-9_]</c> replaced by an underscore.</summary>
    private static string Sanitized(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            name.Append(rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value) ? (char)rune.Value : '_');
        return name.ToString();
    }
}

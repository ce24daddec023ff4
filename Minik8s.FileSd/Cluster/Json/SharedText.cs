using System.IO.Hashing;
using System.Text;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>
/// The texts that objects have in common, such as names of labels, namespaces and images, once for all of them. The last few
/// thousand are kept; one that has gone is merely made again.
/// </summary>
internal static class SharedText
{
    private const int Longest = 256;

    private const int Places = 4096;

    private static readonly string?[] Texts = new string?[Places];

    /// <returns>Null for a text of other than ASCII characters, or for one that is hardly shared.</returns>
    public static string? Of(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > Longest)
            return null;
        ref var place = ref Texts[XxHash3.HashToUInt64(text) % Places];
        var known = place;
        if (known is not null && Ascii.Equals(text, known))
            return known;
        return Ascii.IsValid(text) ? place = Encoding.ASCII.GetString(text) : null;
    }
}

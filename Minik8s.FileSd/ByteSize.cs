using System.Globalization;
using System.Text.RegularExpressions;

namespace Minik8s.FileSd;

/// <summary>Sizes as Kubernetes and others write them: <c>64KiB</c>, <c>16MiB</c>, <c>2GiB</c>, or a number of bytes.</summary>
internal static partial class ByteSize
{
    private static readonly string[] Units = ["", "KiB", "MiB", "GiB"];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (Pattern().Match(text) is not { Success: true } match)
            return false;
        bytes = long.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) << (10 * Array.IndexOf(Units, match.Groups["unit"].Value));
        return true;
    }

    /// <summary>In the largest unit in which it is whole.</summary>
    public static string Text(long bytes)
    {
        var unit = 0;
        for (; unit < Units.Length - 1 && bytes != 0 && bytes % 1024 == 0; unit++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes} {(unit == 0 ? "bytes" : Units[unit])}");
    }

    [GeneratedRegex(@"^(?<number>[0-9]{1,9})(?<unit>KiB|MiB|GiB|)\z")]
    private static partial Regex Pattern();
}

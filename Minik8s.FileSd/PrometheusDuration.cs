using System.Globalization;

namespace Minik8s.FileSd;

/// <summary>
/// Durations as Prometheus' configuration writes them: whole numbers with the units y w d h m s ms, from large to small,
/// each at most once; <c>0</c> needs none. A day has 24 hours and a year 365 days.
/// </summary>
internal static class PrometheusDuration
{
    /// <summary>Characters; all seven units with as many digits as Prometheus can count have fewer. A longer text is none.</summary>
    public const int LongestText = 100;

    /// <summary>Prometheus counts nanoseconds in 63 bits.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(106_751);

    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("y", TimeSpan.FromDays(365)),
        ("w", TimeSpan.FromDays(7)),
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text is "0")
            return true;
        if (text.Length is 0 or > LongestText)
            return false;
        Int128 ticks = 0;
        for (var unit = 0; !text.IsEmpty; unit++)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return false;
            text = text[digits..];
            var letters = text.IndexOfAnyInRange('0', '9') is >= 0 and var next ? next : text.Length;
            while (unit < Units.Length && !text[..letters].SequenceEqual(Units[unit].Unit))
                unit++;
            if (unit == Units.Length)
                return false;
            text = text[letters..];
            ticks += (Int128)number * Units[unit].Length.Ticks;
        }

        if (ticks > long.MaxValue)
            return false;
        duration = new((long)ticks);
        return true;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Minik8s.FileSd;

/// <summary>
/// Durations as Prometheus' configuration writes them: whole numbers with the units y w d h m s ms, from large to small,
/// each at most once; <c>0</c> needs none. A day has 24 hours and a year 365 days.
/// </summary>
internal static partial class PrometheusDuration
{
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

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0")
            return true;
        var match = Pattern().Match(text);
        if (text.Length == 0 || !match.Success)
            return false;
        try
        {
            foreach (var (unit, length) in Units)
            {
                if (match.Groups[unit] is { Success: true, Value: var digits })
                    duration += length * long.Parse(digits, CultureInfo.InvariantCulture);
            }

            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(?:(?<y>[0-9]+)y)?(?:(?<w>[0-9]+)w)?(?:(?<d>[0-9]+)d)?(?:(?<h>[0-9]+)h)?(?:(?<m>[0-9]+)m)?(?:(?<s>[0-9]+)s)?(?:(?<ms>[0-9]+)ms)?\z")]
    private static partial Regex Pattern();
}

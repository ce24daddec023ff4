using System.Globalization;

namespace Minik8s.ApiServer.Tables;

/// <summary>An age as people say it: exact while young, coarse when old.</summary>
internal static class Age
{
    public static string Between(DateTimeOffset created, DateTimeOffset now)
    {
        var age = now > created ? now - created : TimeSpan.Zero;
        return age switch
        {
            { TotalSeconds: < 120 } => Say((long)age.TotalSeconds, "s"),
            { TotalMinutes: < 10 } => Say(age.Minutes, "m", age.Seconds, "s"),
            { TotalHours: < 3 } => Say((long)age.TotalMinutes, "m"),
            { TotalHours: < 8 } => Say(age.Hours, "h", age.Minutes, "m"),
            { TotalHours: < 48 } => Say((long)age.TotalHours, "h"),
            { TotalDays: < 8 } => Say(age.Days, "d", age.Hours, "h"),
            { TotalDays: < 730 } => Say(age.Days, "d"),
            _ => Say(age.Days / 365, "y"),
        };
    }

    private static string Say(long number, string unit) => number.ToString(CultureInfo.InvariantCulture) + unit;

    private static string Say(long number, string unit, long rest, string smaller) =>
        Say(number, unit) + (rest > 0 ? Say(rest, smaller) : "");
}

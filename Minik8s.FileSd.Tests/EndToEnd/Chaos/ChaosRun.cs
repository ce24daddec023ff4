using System.Globalization;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>
/// How long a run of random accidents is, and by which seed: <c>MINIK8S_TEST_SEED</c>, <c>MINIK8S_TEST_KILLS</c> and
/// <c>MINIK8S_TEST_SECONDS</c>, each a whole number. A seed chooses the accidents again, but not the moments of other processes.
/// </summary>
internal static class ChaosRun
{
    /// <summary>A new one for each run unless it is given. It is printed.</summary>
    public static int Seed()
    {
        var seed = Number("MINIK8S_TEST_SEED") ?? Environment.TickCount & int.MaxValue;
        TestContext.Out.WriteLine($"{TestContext.CurrentContext.Test.Name}: seed {seed}");
        return seed;
    }

    public static int Kills(int ordinary, int @long) => Number("MINIK8S_TEST_KILLS") ?? (LongRun.IsOn ? @long : ordinary);

    public static TimeSpan Duration(TimeSpan ordinary, TimeSpan @long) =>
        Number("MINIK8S_TEST_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : LongRun.IsOn ? @long : ordinary;

    private static int? Number(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : null;
}

namespace Minik8s.FileSd.Tests.Support;

/// <summary>Whether tests that can be longer are to be: <c>MINIK8S_TEST_LONG=1</c>, which <c>./test.sh --long</c> sets.</summary>
internal static class LongRun
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("MINIK8S_TEST_LONG") == "1";
}

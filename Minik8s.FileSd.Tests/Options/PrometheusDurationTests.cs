namespace Minik8s.FileSd.Tests.Options;

internal sealed class PrometheusDurationTests
{
    [TestCase("0", 0)]
    [TestCase("50ms", 50)]
    [TestCase("1s", 1_000)]
    [TestCase("5m", 300_000)]
    [TestCase("1h30m", 5_400_000)]
    [TestCase("1d1ms", 86_400_001)]
    [TestCase("1w", 604_800_000)]
    [TestCase("1y", 31_536_000_000)]
    public void It_is_read_as_Prometheus_reads_it(string text, double milliseconds)
    {
        PrometheusDuration.TryParse(text, out var duration).Should().BeTrue();
        duration.TotalMilliseconds.Should().Be(milliseconds);
    }

    [TestCase("")]
    [TestCase("1")]
    [TestCase("-1s")]
    [TestCase("1.5s")]
    [TestCase("1s1m")]
    [TestCase("1s1s")]
    [TestCase("1 s")]
    [TestCase("1s\n")]
    [TestCase("99999999999999999999s")]
    [TestCase("9999999999999y")]
    public void Anything_else_is_refused(string text) => PrometheusDuration.TryParse(text, out _).Should().BeFalse();
}

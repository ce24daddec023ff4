using Minik8s.FileSd.Scraping;

namespace Minik8s.FileSd.Tests.Scraping;

internal sealed class SeenClockTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly Difference InStep = new("/p/pods.json", null, [], [], [], [], 0);

    private readonly SeenClock _clock = new();
    private double _readErrors;
    private long? _seen;
    private double _answersSince;

    [Test]
    public void What_is_missing_is_missing_since_it_was_published()
    {
        Look(now: 10, publishedAt: 0).Should().Be(0);
        Look(now: 20, publishedAt: 18, "a").Should().Be(2);
        Look(now: 40, publishedAt: 18, "a").Should().Be(22);
        Look(now: 50, publishedAt: 49, "a", "b").Should().Be(32, "the oldest counts");
        Look(now: 60, publishedAt: 49, "b").Should().Be(11);
        Look(now: 70, publishedAt: 49).Should().Be(0);
    }

    [Test]
    public void What_Prometheus_loses_by_itself_is_missing_since_then()
    {
        Look(now: 100, publishedAt: 0).Should().Be(0);
        Look(now: 110, publishedAt: 0, "a").Should().Be(0);
        Look(now: 120, publishedAt: 0, "a").Should().Be(10);
    }

    [Test]
    public void What_was_published_before_Prometheus_answered_counts_from_then_on()
    {
        _answersSince = 95;
        Look(now: 100, publishedAt: 0, "a").Should().Be(5);
    }

    [Test]
    public void An_older_file_is_behind_though_its_addresses_are_the_same()
    {
        _seen = 0;
        Look(now: 10, publishedAt: 0).Should().Be(0);
        Look(now: 30, publishedAt: 20).Should().Be(10, "it has read the file of 0");
        Look(now: 40, publishedAt: 35).Should().Be(20);
        _seen = 20;
        Look(now: 50, publishedAt: 35).Should().Be(15);
        _seen = null;
        Look(now: 55, publishedAt: 35).Should().Be(0, "of a file that became shorter it tells no time: then addresses count alone");
    }

    [Test]
    public void Who_came_late_once_is_late_until_a_publish_is_seen_in_time()
    {
        Look(now: 10, publishedAt: 0);
        Look(now: 100, publishedAt: 20, "a");
        _clock.WasLate.Should().BeFalse("it is not seen yet");
        Look(now: 110, publishedAt: 20);
        _clock.WasLate.Should().BeTrue();
        Look(now: 120, publishedAt: 20);
        _clock.WasLate.Should().BeTrue("nothing was published");
        Look(now: 130, publishedAt: 125, "b");
        Look(now: 140, publishedAt: 125);
        _clock.WasLate.Should().BeFalse();
    }

    [Test]
    public void Read_errors_count_since_it_was_in_step()
    {
        _readErrors = 5;
        Look(now: 10, publishedAt: 0);
        _clock.ReadErrors.Should().Be(0);
        _readErrors = 7;
        Look(now: 20, publishedAt: 15, "a");
        _clock.ReadErrors.Should().Be(2);
        _readErrors = 1;
        Look(now: 30, publishedAt: 15, "a");
        _clock.ReadErrors.Should().Be(1, "it was started anew");
    }

    [Test]
    public void A_diagnosis_is_told_once_and_its_end_once()
    {
        var told = new DiagnosisTold(Grace);
        Next(0, null).Should().Be(Telling.Nothing);
        Next(1, DiagnosisKind.WrongGlob).Should().Be(Telling.Lacks);
        Next(2, DiagnosisKind.WrongGlob).Should().Be(Telling.Nothing);
        Next(3, DiagnosisKind.NotFound).Should().Be(Telling.Nothing, "it may be on its way to be well");
        Next(4, DiagnosisKind.WrongGlob).Should().Be(Telling.Nothing);
        Next(5, DiagnosisKind.NotFound).Should().Be(Telling.Nothing);
        Next(34, DiagnosisKind.NotFound).Should().Be(Telling.Nothing);
        Next(35, DiagnosisKind.NotFound).Should().Be(Telling.Lacks);
        Next(36, null, lag: 1).Should().Be(Telling.Nothing, "it still lacks something");
        Next(37, DiagnosisKind.Failing).Should().Be(Telling.HasAll, "a target that is down Prometheus has");
        Next(38, DiagnosisKind.Failing).Should().Be(Telling.Nothing);
        Next(39, DiagnosisKind.NotFound).Should().Be(Telling.Lacks);

        Telling Next(int now, DiagnosisKind? kind, int lag = 0) => told.Next(
            new FileComparison("pods.json", 1, [], 0, [], 0, [], 0, TimeSpan.FromSeconds(lag), null) { Kind = kind }, At(now));
    }

    private double Look(double now, double publishedAt, params string[] missing) => _clock.Look(
        InStep with { Missing = missing }, At(publishedAt), (long)publishedAt,
        new(null, _readErrors, 0, _seen is { } seen ? new Dictionary<string, long> { ["/p/pods.json"] = seen } : []),
        At(_answersSince), At(now), Grace).TotalSeconds;

    private static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);
}

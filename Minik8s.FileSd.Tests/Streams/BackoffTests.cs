using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Streams;

namespace Minik8s.FileSd.Tests.Streams;

internal sealed class BackoffTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void It_doubles_from_800_ms_to_30_s()
    {
        var backoff = new Backoff(_time, new Always(0.5));
        Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalSeconds)
            .Should().Equal(0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30);
    }

    [TestCase(0, 0.64)]
    [TestCase(0.5, 0.8)]
    [TestCase(0.999999, 0.96)]
    public void Each_delay_is_jittered_by_a_fifth_either_way(double chance, double seconds) =>
        new Backoff(_time, new Always(chance)).Next().TotalSeconds.Should().BeApproximately(seconds, 1e-5);

    [Test]
    public void Two_minutes_without_a_fault_reset_it()
    {
        var backoff = new Backoff(_time, new Always(0.5));
        backoff.Next();
        backoff.Next();
        _time.Advance(TimeSpan.FromSeconds(119));
        backoff.Next().TotalSeconds.Should().Be(3.2);
        _time.Advance(TimeSpan.FromMinutes(2));
        backoff.Next().TotalSeconds.Should().Be(0.8);
    }

    private sealed class Always(double value) : Random
    {
        public override double NextDouble() => value;
    }
}

namespace Minik8s.FileSd.Tests;

internal sealed class SmokeTests
{
    [Test]
    public void FluentAssertions_and_NUnit_agree()
    {
        var act = () => 1.Should().Be(2);
        act.Should().Throw<AssertionException>();
    }
}

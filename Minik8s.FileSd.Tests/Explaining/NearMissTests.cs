using Minik8s.FileSd.Explaining;

namespace Minik8s.FileSd.Tests.Explaining;

internal sealed class NearMissTests
{
    [TestCase("Log", "log", "case")]
    [TestCase("log ", "log", "space")]
    [TestCase("lgo", "log", "slip")]
    [TestCase("logs", "log", "slip")]
    [TestCase("promethues", "prometheus", "slip")]
    [TestCase("Promethues", "prometheus", "slip")]
    [TestCase("prometeus", "prometheus", "slip")]
    public void It_is_said_what_was_meant(string seen, string wanted, string words) => NearMiss.Words(seen, wanted).Should().Contain(words);

    [TestCase("log", "log")]
    [TestCase("app", "log")]
    [TestCase("lg", "logs")]
    [TestCase("loki", "prometheus")]
    [TestCase("", "log")]
    [TestCase("x", "")]
    public void Another_word_is_no_slip(string seen, string wanted) => NearMiss.Words(seen, wanted).Should().BeNull();

    [TestCase("web-0", "wbe-0", 1)]
    [TestCase("web-0", "web-1", 1)]
    [TestCase("ab", "ba", 1)]
    [TestCase("abc", "", 3)]
    [TestCase("abcd", "", null)]
    public void Slips_are_counted_by_character(string some, string other, int? distance) => NearMiss.Distance(some, other).Should().Be(distance);

    [Test]
    public void Giants_are_not_compared() => NearMiss.Distance(new string('a', 100_000), new string('a', 100_001)).Should().BeNull();
}

namespace Minik8s.FileSd.Tests;

internal sealed class PrintableTests
{
    [TestCase("pods is forbidden: Ünïcode ✓", "pods is forbidden: Ünïcode ✓")]
    [TestCase("\u202eabc\u2066d\u200be\ufeff\u061c", " abc d e  ")]
    [TestCase("\U000e0041x😀", " x😀")]
    [TestCase("one\r\ntwo\u2028three\u001b[31m\0", "one  two three [31m ")]
    public void It_has_no_line_break_and_no_control_character(string text, string printable) =>
        Printable.Of(text).Should().Be(printable);

    [Test]
    public void Half_a_character_that_takes_two_is_replaced() => Printable.Of("x\ud83d").Should().Be("x\ufffd");

    [Test]
    public void A_character_that_takes_two_is_not_cut_in_half() =>
        Printable.Of(new string('x', 499) + "😀").Should().Be(new string('x', 499) + " … (501 characters)");

    [Test]
    public void What_is_too_long_is_cut_and_says_so() =>
        Printable.Of(new string('x', 1_000_000)).Should().Be(new string('x', 500) + " … (1000000 characters)");
}

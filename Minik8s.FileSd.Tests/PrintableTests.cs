namespace Minik8s.FileSd.Tests;

internal sealed class PrintableTests
{
    [TestCase("pods is forbidden: Ünïcode ✓", "pods is forbidden: Ünïcode ✓")]
    [TestCase("one\r\ntwo\u2028three\u001b[31m\0", "one  two three [31m ")]
    public void It_has_no_line_break_and_no_control_character(string text, string printable) =>
        Printable.Of(text).Should().Be(printable);

    [Test]
    public void What_is_too_long_is_cut_and_says_so() =>
        Printable.Of(new string('x', 1_000_000)).Should().Be(new string('x', 500) + " … (1000000 characters)");
}

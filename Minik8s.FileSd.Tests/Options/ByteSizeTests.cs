namespace Minik8s.FileSd.Tests.Options;

internal sealed class ByteSizeTests
{
    [TestCase("0", 0, "0 bytes")]
    [TestCase("1500", 1500, "1500 bytes")]
    [TestCase("64KiB", 65_536, "64 KiB")]
    [TestCase("16MiB", 16_777_216, "16 MiB")]
    [TestCase("1024MiB", 1_073_741_824, "1 GiB")]
    [TestCase("999999999GiB", 999_999_999L << 30, "999999999 GiB")]
    public void A_size_is_read_and_told(string text, long bytes, string told)
    {
        ByteSize.TryParse(text, out var read).Should().BeTrue();
        read.Should().Be(bytes);
        ByteSize.Text(bytes).Should().Be(told);
    }

    [TestCase("")]
    [TestCase("MiB")]
    [TestCase("1 MiB")]
    [TestCase("1.5MiB")]
    [TestCase("1mib")]
    [TestCase("1MiB\n")]
    [TestCase("٣MiB")]
    [TestCase("1000000000")]
    public void What_is_no_size_is_none(string text) => ByteSize.TryParse(text, out _).Should().BeFalse();
}

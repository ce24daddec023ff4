using Minik8s.FileSd.Streams;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Tests.Targets;

internal sealed class ReaderRestTests
{
    private long _bytes = 1_000_000;
    private readonly ReaderRest _rest;

    public ReaderRestTests() => _rest = new(() => _bytes);

    [Test]
    public void Who_has_read_a_megabyte_rests_for_three_seconds_or_for_a_third_of_one_when_nothing_comes()
    {
        Publish();
        Publish();
        _rest.Time.Should().Be(new Rest(TimeSpan.FromMilliseconds(2_880), TimeSpan.FromMilliseconds(360)));
    }

    [Test]
    public void It_is_longer_the_larger_the_files_have_become()
    {
        Publish();
        Publish();
        _bytes *= 10;
        _rest.Time.Should().Be(new Rest(TimeSpan.FromSeconds(28.8), TimeSpan.FromSeconds(2)));
    }

    [Test]
    public void Before_and_after_the_first_publish_nobody_rests()
    {
        _rest.Time.Should().Be(Rest.None);
        Publish();
        _rest.Time.Should().Be(Rest.None);
    }

    [Test]
    public void What_was_not_written_is_not_read()
    {
        Publish(written: false);
        Publish();
        Publish(written: false);
        _rest.Time.Should().Be(Rest.None);
    }

    [Test]
    public void A_file_that_was_right_at_the_start_rests_after_its_first_write()
    {
        Publish(written: false);
        Publish();
        _rest.Time.Time.Should().BePositive();
    }

    private void Publish(bool written = true) => _rest.Published(new Publication(written, 1, _bytes));
}

using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Streams;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

internal sealed class FileCareTests
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly DaemonMetrics _metrics = new("test");
    private readonly RecordedLog _log = new();
    private TargetFile _file = null!;
    private FileCare _care = null!;

    [SetUp]
    public void SetUp()
    {
        _file = new TargetFile(_folder.Path, "pods.json");
        _care = new FileCare(_file, _log, new Backoff(_time, new Random(1), FileCare.LongestPause).Next, _metrics.File("pods.json"));
        _file.Publish(Content);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void A_file_that_is_as_it_was_is_looked_at_again_in_a_second()
    {
        _care.IsDamaged().Should().BeFalse();
        _care.Pause.Should().Be(FileCare.Interval);
        _log.Events.Should().BeEmpty();
    }

    [Test]
    public async Task Damage_is_told_and_counted_each_time_and_mended_ever_more_slowly()
    {
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 12; i++)
        {
            File.Delete(_folder["pods.json"]);
            _care.IsDamaged().Should().BeTrue();
            _file.Publish(Content);
            pauses.Add(_care.Pause);
        }

        pauses[0].Should().Be(FileCare.Interval);
        pauses.Take(6).Should().BeInAscendingOrder();
        pauses[^1].Should().BeGreaterThan(FileCare.LongestPause * 0.7);
        _log.Events.Should().HaveCount(12).And.OnlyContain(id => id == 405);
        using var text = new MemoryStream();
        await _metrics.WriteAsync(text, default);
        new Scrape(System.Text.Encoding.UTF8.GetString(text.ToArray()))["file_repairs_total{file=\"pods.json\"}"].Should().Be(12);

        _care.IsDamaged().Should().BeFalse();
        _care.Pause.Should().Be(FileCare.Interval);
    }

    [Test]
    public void Somebody_who_writes_the_same_is_told_once()
    {
        for (var i = 0; i < 3; i++)
        {
            var other = new TargetFile(_folder.Path, "pods.json");
            File.Delete(_folder["pods.json"]);
            other.Publish(Content);
            _care.IsDamaged().Should().BeFalse();
        }

        _log.Events.Should().Equal(406);
    }

    private static FileContent Content => new([Contents.Listed(
        [(new ObjectKey("ns", "a"), (Verdict)new Verdict.Target([new TargetGroup("10.0.0.1:1", [])], []))])]);
}

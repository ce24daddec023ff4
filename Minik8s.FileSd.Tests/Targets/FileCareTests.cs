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

    private FileStatus _status = null!;

    [SetUp]
    public void SetUp()
    {
        _file = new TargetFile(_folder.Path, "pods.json");
        var metrics = _metrics.File("pods.json");
        _status = new FileStatus(_file.Path, _log, () => TimeSpan.FromSeconds(1), _time, metrics);
        _care = new FileCare(_file, _status, _log, new Backoff(_time, new Random(1), FileCare.LongestPause).Next, _time, metrics);
        Publish();
        _log.Events.Clear();
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Of_a_file_that_is_as_it_was_nothing_is_told()
    {
        for (var i = 0; i < 3; i++)
            _care.IsRepairDue().Should().BeFalse();
        _log.Events.Should().BeEmpty();
        _status.State.Missing.Should().BeNull();
    }

    [Test]
    public async Task Damage_is_told_at_once_and_mended_ever_more_slowly_and_meanwhile_it_is_not_ready()
    {
        var pauses = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            File.Delete(_folder["pods.json"]);
            var looks = 1;
            while (!_care.IsRepairDue())
            {
                _status.State.Missing.Should().Be("it is not as it was written: it is gone");
                _status.State.StaleSince.Should().NotBeNull();
                _time.Advance(FileCare.Interval);
                looks++;
            }

            Publish();
            _status.State.Missing.Should().BeNull();
            _status.State.StaleSince.Should().BeNull();
            pauses.Add(looks);
        }

        pauses[0].Should().Be(1, "the first time it is mended at once");
        pauses.Take(6).Should().BeInAscendingOrder();
        pauses[^1].Should().BeGreaterThan(40).And.BeLessThan(75);
        _log.Events.Count(id => id == 405).Should().Be(8);
        using var text = new MemoryStream();
        await _metrics.WriteAsync(text, default);
        new Scrape(System.Text.Encoding.UTF8.GetString(text.ToArray()))["file_repairs_total{file=\"pods.json\"}"].Should().Be(8);
    }

    [Test]
    public void Damage_that_somebody_else_mends_is_over()
    {
        var text = File.ReadAllText(_folder["pods.json"]);
        File.Delete(_folder["pods.json"]);
        _care.IsRepairDue().Should().BeTrue();
        Publish();
        File.Delete(_folder["pods.json"]);
        _care.IsRepairDue().Should().BeFalse();
        _status.State.Missing.Should().NotBeNull();
        File.WriteAllText(_folder["pods.json"], text);
        File.SetUnixFileMode(_folder["pods.json"], Staging.FileMode);
        _care.IsRepairDue().Should().BeFalse();
        _status.State.Missing.Should().BeNull();
        _status.State.StaleSince.Should().BeNull();
    }

    [Test]
    public void Somebody_who_writes_the_same_is_told_once()
    {
        for (var i = 0; i < 3; i++)
        {
            var other = new TargetFile(_folder.Path, "pods.json");
            File.Delete(_folder["pods.json"]);
            other.Publish(Content);
            _care.IsRepairDue().Should().BeFalse();
        }

        _log.Events.Should().Equal(406);
    }

    private void Publish()
    {
        _status.Changed(Content, null);
        _status.Writing(Content);
        _status.Published(_file.Publish(Content));
    }

    private FileContent Content { get; } = new([Contents.Listed(
        [(new ObjectKey("ns", "a"), (Verdict)new Verdict.Target([new TargetGroup("10.0.0.1:1", [])], []))])]);
}

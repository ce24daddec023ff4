using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Web;

/// <summary>What the metrics and the readiness say of each turn that a stream and a file can take.</summary>
internal sealed class FeedTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly Publication Written = new(true, 1, 80);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly DaemonMetrics _metrics = new("1.2.3");
    private StreamStatus _stream = null!;
    private FileStatus _file = null!;
    private Feed _feed = null!;
    private TargetSet _targets = TargetSet.Unknown(DropGuard.Off);

    [SetUp]
    public void SetUp()
    {
        var metrics = _metrics.Stream("pods");
        _stream = new StreamStatus("pods", NullLogger.Instance, _time, metrics);
        _file = new FileStatus("/targets/pods.json", NullLogger.Instance, () => Delay, _time, _metrics.File("pods.json"));
        var file = new TargetFile("/targets", "pods.json");
        _feed = new Feed(
            "pods", [_stream], [], [], file, _file, new FileCare(file, _file, NullLogger.Instance, () => Delay, _time, _metrics.File("pods.json")), metrics, _time);
        _metrics.BeforeScrape(_feed.Measure);
    }

    [Test]
    public async Task Before_anything_is_known_what_is_not_known_is_absent()
    {
        var scrape = await Scrape();
        scrape["stream_synced{resource=\"pods\"}"].Should().Be(0);
        scrape["stream_last_contact_timestamp_seconds{resource=\"pods\"}"].Should().BeNull();
        scrape.Series.Should().NotContain(series => series.StartsWith("minik8s_filesd_objects", StringComparison.Ordinal));
        scrape["file_targets{file=\"pods.json\"}"].Should().BeNull();
        scrape["file_bytes{file=\"pods.json\"}"].Should().BeNull();
        scrape["file_last_write_timestamp_seconds{file=\"pods.json\"}"].Should().BeNull();
        scrape["file_last_verified_timestamp_seconds{file=\"pods.json\"}"].Should().BeNull();
        scrape["file_writes_total{file=\"pods.json\"}"].Should().Be(0);
        scrape["stream_faults_total{resource=\"pods\",reason=\"tls\"}"].Should().Be(0);
        scrape["build_info{version=\"1.2.3\"}"].Should().Be(1);
        _feed.Missing.Should().Equal("pods: not listed yet", "pods.json: not written yet");
    }

    [Test]
    public async Task While_all_is_well_the_file_is_verified_by_every_moment_that_passes()
    {
        Follow();
        (await Verified()).Should().Be(0);
        Pass(600);
        (await Verified()).Should().Be(600);
        var scrape = await Scrape();
        scrape["stream_synced{resource=\"pods\"}"].Should().Be(1);
        scrape["stream_last_contact_timestamp_seconds{resource=\"pods\"}"].Should().Be(0, "the server has said nothing since");
        scrape["stream_lists_total{resource=\"pods\",reason=\"start\"}"].Should().Be(1);
        scrape["stream_watches_total{resource=\"pods\"}"].Should().Be(1);
        scrape["file_last_write_timestamp_seconds{file=\"pods.json\"}"].Should().Be(0);
        scrape["file_targets{file=\"pods.json\"}"].Should().Be(1);
        scrape["file_bytes{file=\"pods.json\"}"].Should().Be(80);
        _feed.Missing.Should().BeEmpty();
    }

    [Test]
    public async Task A_fault_holds_the_moment_until_the_stream_is_followed_again()
    {
        Follow();
        Pass(10);
        _stream.Failed(new HttpRequestException("Connection refused"), Delay);
        Pass(10);
        (await Verified()).Should().Be(10);
        (await Synced()).Should().Be(0);
        _feed.Missing.Should().Equal("pods: not followed: Connection refused");

        _stream.Failed(new TimeoutException("silent"), Delay);
        (await Verified()).Should().Be(10, "another fault is no news");
        _feed.Missing.Should().Equal("pods: not followed: silent");

        _stream.Watching("1", isDoubtful: true);
        _stream.Heard(WatchEventType.Bookmark);
        (await Verified()).Should().Be(20);
        (await Synced()).Should().Be(1);
        _feed.Missing.Should().BeEmpty();
        var scrape = await Scrape();
        scrape["stream_faults_total{resource=\"pods\",reason=\"connection\"}"].Should().Be(1);
        scrape["stream_faults_total{resource=\"pods\",reason=\"timeout\"}"].Should().Be(1);
        scrape["changes_total{resource=\"pods\"}"].Should().Be(0, "a bookmark is no change");
    }

    [Test]
    public async Task A_watch_that_opens_after_one_broke_off_is_believed_with_its_first_word()
    {
        Follow();
        _stream.Failed(new HttpIOException(HttpRequestError.ResponseEnded), Delay);
        _stream.Watching("1", isDoubtful: true);
        (await Synced()).Should().Be(0);
        _stream.Heard(WatchEventType.Added);
        (await Synced()).Should().Be(1);
        (await Scrape())["changes_total{resource=\"pods\"}"].Should().Be(1);
    }

    [Test]
    public async Task A_quiet_watch_that_opens_after_one_broke_off_is_believed_once_a_list_has_checked_it()
    {
        Follow();
        _stream.Failed(new HttpIOException(HttpRequestError.ResponseEnded), Delay);
        _stream.Watching("1", isDoubtful: true);
        _stream.Listing();
        (await Synced()).Should().Be(0);
        _stream.Listed(1, "1");
        _stream.Known();
        (await Synced()).Should().Be(1);
    }

    [Test]
    public async Task A_watch_that_opens_after_one_broke_off_and_the_next_was_refused_is_not_believed_either()
    {
        Follow();
        Pass(60);
        _stream.Failed(new HttpIOException(HttpRequestError.ResponseEnded), Delay);
        _stream.Failed(new HttpRequestException("Connection refused"), Delay);
        _stream.Watching("1", isDoubtful: true);
        (await Synced()).Should().Be(0);
        Pass(5);
        (await Verified()).Should().Be(60);
        _stream.Heard(WatchEventType.Bookmark);
        (await Synced()).Should().Be(1);
    }

    [Test]
    public async Task A_watch_that_opens_without_doubt_is_believed_at_once()
    {
        Follow();
        _stream.Failed(new HttpIOException(HttpRequestError.ResponseEnded), Delay);
        List();
        (await Synced()).Should().Be(0);
        _stream.Watching("2", isDoubtful: false);
        (await Synced()).Should().Be(1);
    }

    [Test]
    public async Task What_the_list_after_an_outage_shows_may_have_been_so_since_the_outage_began()
    {
        Follow();
        Pass(10);
        _stream.Failed(new TimeoutException("silent"), Delay);
        Pass(600);
        _stream.Listing();
        _stream.Listed(2, "9");
        var next = Targets(2);
        _feed.Changed(next);
        _stream.Known();
        _stream.Watching("9", isDoubtful: false);
        (await Synced()).Should().Be(1);
        _file.Writing(next);
        _file.DelayAfter(new IOException("full"));
        Pass(10);
        (await Verified()).Should().Be(10, "the list has shown that the file was wrong, since when nobody knows");
        _file.Published(Written);
        (await Verified()).Should().Be(620);
    }

    [Test]
    public async Task What_the_first_event_after_an_outage_tells_may_have_been_so_since_the_outage_began()
    {
        Follow();
        Pass(10);
        _stream.Failed(new TimeoutException("silent"), Delay);
        Pass(600);
        _stream.Watching("1", isDoubtful: true);
        _feed.Changed(Targets(2));
        _stream.Heard(WatchEventType.Modified);
        Pass(10);
        (await Verified()).Should().Be(10);
    }

    [Test]
    public async Task A_list_without_a_fault_leaves_the_stream_synced()
    {
        Follow();
        _stream.Listing();
        Pass(5);
        (await Synced()).Should().Be(1);
        (await Verified()).Should().Be(5);
    }

    [Test]
    public async Task A_version_that_is_refused_leaves_the_state_unknown_until_the_next_list()
    {
        Follow();
        Pass(5);
        _stream.Failed(new ApiException(HttpStatusCode.Gone, "too old"), TimeSpan.Zero);
        _stream.Listing();
        Pass(5);
        (await Synced()).Should().Be(0);
        (await Verified()).Should().Be(5);
        _feed.Missing.Should().Equal("pods: not followed: too old");
        _stream.Listed(1, "2");
        _stream.Known();
        (await Synced()).Should().Be(1);
        (await Verified()).Should().Be(10);
        (await Scrape())["stream_faults_total{resource=\"pods\",reason=\"expired\"}"].Should().Be(1);
    }

    [Test]
    public async Task A_server_that_lists_and_does_not_watch_verifies_the_file_by_each_list()
    {
        List();
        Publish(1);
        _stream.Failed(new ApiException(HttpStatusCode.NotFound, "no watch"), Delay);
        Pass(30);
        (await Verified()).Should().Be(0);
        List();
        Pass(30);
        (await Verified()).Should().Be(30);
        (await Synced()).Should().Be(0);
        _feed.Missing.Should().Equal("pods: not followed: no watch");
    }

    [Test]
    public async Task A_change_that_is_not_on_disk_yet_holds_the_moment()
    {
        Follow();
        Pass(10);
        var next = Targets(2);
        _feed.Changed(next);
        Pass(10);
        (await Verified()).Should().Be(10);
        _feed.Missing.Should().BeEmpty("that it settles is no lack");
        _file.Writing(next);
        _file.Published(Written);
        (await Verified()).Should().Be(20);
    }

    [Test]
    public async Task Under_constant_change_each_write_moves_it_up_to_the_first_change_that_it_does_not_say()
    {
        Follow();
        Pass(1);
        var first = Targets(2);
        _feed.Changed(first);
        Pass(1);
        _file.Writing(first);
        Pass(1);
        _feed.Changed(Targets(3));
        Pass(1);
        _feed.Changed(Targets(4));
        Pass(1);
        (await Verified()).Should().Be(1);
        _file.Published(Written);
        (await Verified()).Should().Be(3);
    }

    [Test]
    public async Task A_change_between_taking_and_writing_is_not_passed_over()
    {
        Follow();
        var taken = Targets(2);
        _feed.Changed(taken);
        _feed.Changed(Targets(3));
        _file.Writing(taken);
        Pass(5);
        _file.Published(Written);
        Pass(5);
        (await Verified()).Should().Be(0);
    }

    [Test]
    public async Task A_write_that_fails_holds_the_moment_until_it_succeeds()
    {
        Follow();
        Pass(10);
        var next = Targets(2);
        _feed.Changed(next);
        _file.Writing(next);
        _file.DelayAfter(new IOException("No space\nleft on device"));
        _file.DelayAfter(new IOException("No space\nleft on device"));
        Pass(10);
        (await Verified()).Should().Be(10);
        _feed.Missing.Should().Equal("pods.json: the newest content is not written: No space left on device");
        (await Scrape())["file_write_failures_total{file=\"pods.json\"}"].Should().Be(2);
        (await Scrape())["file_writes_total{file=\"pods.json\"}"].Should().Be(1);

        _file.Published(Written);
        (await Verified()).Should().Be(20);
        _feed.Missing.Should().BeEmpty();
        (await Scrape())["file_writes_total{file=\"pods.json\"}"].Should().Be(2);
    }

    [Test]
    public async Task A_write_that_recovers_during_an_outage_moves_it_up_to_the_outage()
    {
        Follow();
        Pass(10);
        var next = Targets(2);
        _feed.Changed(next);
        _file.Writing(next);
        _file.DelayAfter(new IOException("full"));
        Pass(10);
        _stream.Failed(new TimeoutException("silent"), Delay);
        Pass(10);
        (await Verified()).Should().Be(10);
        _feed.Missing.Should().HaveCount(2);
        _file.Published(Written);
        (await Verified()).Should().Be(20);
    }

    [Test]
    public async Task A_file_that_says_it_already_counts_as_found_at_the_start_and_not_as_a_write()
    {
        List();
        Pass(5);
        Publish(1, new Publication(false, 1, 80));
        Pass(5);
        Publish(1, new Publication(false, 1, 80));
        var scrape = await Scrape();
        scrape["file_writes_total{file=\"pods.json\"}"].Should().Be(0);
        scrape["file_last_write_timestamp_seconds{file=\"pods.json\"}"].Should().Be(5);
        scrape["file_bytes{file=\"pods.json\"}"].Should().Be(80);
        (await Verified()).Should().Be(10);
    }

    [Test]
    public async Task What_the_first_write_fails_by_is_said()
    {
        List();
        var first = Targets(1);
        _feed.Changed(first);
        _file.Writing(first);
        _file.DelayAfter(new IOException("full"));
        _feed.Missing.Should().Equal("pods.json: not written yet: full");
        (await Verified()).Should().BeNull();
    }

    [Test]
    public async Task Objects_are_counted_by_verdict_and_a_verdict_that_nobody_has_any_more_goes_to_0()
    {
        Follow();
        _feed.Changed(Apply(ChangeKind.Applied, "b", new Verdict.NotTarget(Reason.PodNotRunning, "")));
        (await Objects("target")).Should().Be(1);
        (await Objects("pod_not_running")).Should().Be(1);
        (await Objects("pod_finished")).Should().BeNull("nobody ever was");

        _feed.Changed(Apply(ChangeKind.Applied, "b", new Verdict.NotTarget(Reason.PodFinished, "")));
        (await Objects("pod_not_running")).Should().Be(0);
        (await Objects("pod_finished")).Should().Be(1);

        _feed.Changed(Apply(ChangeKind.Deleted, "b", null));
        (await Objects("pod_finished")).Should().Be(0);
        (await Objects("target")).Should().Be(1);
    }

    [Test]
    public async Task Each_stage_and_the_whole_way_of_a_change_are_measured_from_the_start_on()
    {
        foreach (var stage in (string[])["decode", "render", "settle", "write"])
            (await Scrape())[$"stage_duration_seconds_count{{resource=\"pods\",stage=\"{stage}\"}}"].Should().Be(0);
        (await Scrape())["event_to_file_seconds_count{file=\"pods.json\"}"].Should().Be(0);

        _targets = _targets.Apply(Change<RenderedTargets>.ListBegan).Apply(Change<RenderedTargets>.ListEnded with { At = _time.GetTimestamp() });
        _stream.Decoded(_time.GetTimestamp());
        Pass(1);
        var began = _time.GetTimestamp();
        Pass(1);
        _feed.Rendered(began);
        var content = new FileContent([_targets]);
        _feed.Changed(content);
        Pass(3);
        _feed.Writing(content);
        Write(Written);
        (await Seconds("settle")).Should().Be(3);
        (await Seconds("write")).Should().Be(4);
        (await Seconds("render")).Should().Be(1);
        (await Seconds("decode")).Should().Be(0);
        (await Scrape())["event_to_file_seconds_sum{file=\"pods.json\"}"].Should().Be(9);

        Write(new Publication(false, 1, 80));
        Write(Written);
        (await Scrape())["event_to_file_seconds_count{file=\"pods.json\"}"].Should().Be(1, "neither an unchanged file nor a repair has a way from a change");
        (await Seconds("write")).Should().Be(8, "what is not written took no write");

        void Write(Publication publication) => _feed.Published(_feed.Publish(() =>
        {
            Pass(4);
            return publication;
        }));

        async Task<double?> Seconds(string stage) => (await Scrape())[$"stage_duration_seconds_sum{{resource=\"pods\",stage=\"{stage}\"}}"];
    }

    [Test]
    public async Task Groups_that_are_left_out_are_counted_one_by_one_and_until_they_are_gone()
    {
        Follow();
        (await Scrape())["quarantined_groups{resource=\"pods\"}"].Should().Be(0);
        _feed.Changed(Apply(ChangeKind.Applied, "b", new Verdict.Target(
            [new TargetGroup("10.0.0.1:1", []), new TargetGroup("10.0.0.1", []), new TargetGroup("10.0.0.1:1", [new("a-b", "c")])], [])));
        (await Scrape())["quarantined_groups{resource=\"pods\"}"].Should().Be(2);
        (await Scrape())["object_remarks{resource=\"pods\",remark=\"group_invalid\"}"].Should().Be(1);
        _feed.Changed(Apply(ChangeKind.Deleted, "b", null));
        (await Scrape())["quarantined_groups{resource=\"pods\"}"].Should().Be(0);
    }

    [Test]
    public void A_write_that_comes_to_no_end_is_told()
    {
        Follow();
        var targets = Targets(2);
        _feed.Changed(targets);
        _file.Writing(targets);
        Pass(10);
        _feed.Missing.Should().BeEmpty();
        Pass(1);
        _feed.Missing.Should().Equal("pods.json: it is being written for longer than any disk should take");
        _file.Published(Written);
        _feed.Missing.Should().BeEmpty();
    }

    [Test]
    public async Task A_list_that_is_doubted_holds_the_moment_and_the_readiness_until_another_one_agrees()
    {
        Follow();
        Pass(10);
        _stream.Failed(new IOException("reset"), Delay);
        Pass(10);
        _stream.Listing();
        _stream.Listed(1, "2");
        _stream.Doubted(new ListDoubt(7, 8, 0), Delay);
        _stream.Known();
        (await Verified()).Should().Be(10);
        (await Synced()).Should().Be(0);
        (await Scrape())["guard_held_targets{resource=\"pods\"}"].Should().Be(7);
        (await Scrape())["guard_holds_total{resource=\"pods\"}"].Should().Be(1);

        Pass(5);
        _stream.Listing();
        _stream.Listed(1, "3");
        _stream.Doubted(new ListDoubt(0, 8, 7), Delay);
        _stream.Known();
        _stream.Watching("3", isDoubtful: false);
        (await Verified()).Should().Be(25);
        (await Synced()).Should().Be(1);
        (await Scrape())["guard_held_targets{resource=\"pods\"}"].Should().Be(0);
        _feed.Missing.Should().BeEmpty();
    }

    [Test]
    public async Task A_first_list_that_is_doubted_says_so_and_the_file_is_not_verified_any_further()
    {
        _stream.Listing();
        _stream.Listed(1, "2");
        _stream.Doubted(new ListDoubt(7, 8, 0), Delay);
        _stream.Known();
        Publish(1);
        Pass(3);
        _feed.Missing.Should().Equal("pods: the last list lacks 7 of 8 targets, which stay until another list agrees");
        (await Verified()).Should().Be(0);
    }

    [Test]
    public async Task A_file_that_is_damaged_is_stale_until_it_is_written_anew()
    {
        Follow();
        Pass(10);
        _file.Looked("it is gone");
        _feed.Missing.Should().Equal("pods.json: it is not as it was written: it is gone");
        Pass(2);
        (await Verified()).Should().Be(10);
        _file.Published(Written);
        (await Verified()).Should().Be(12);
    }

    private void List()
    {
        _stream.Listing();
        _stream.Listed(1, "1");
        _stream.Known();
    }

    private void Follow()
    {
        List();
        _stream.Watching("1", isDoubtful: false);
        Publish(1);
    }

    private void Publish(int version, Publication? publication = null)
    {
        var targets = Targets(version);
        _feed.Changed(targets);
        _file.Writing(targets);
        _file.Published(publication ?? Written);
    }

    private FileContent Targets(int version) =>
        Apply(ChangeKind.Applied, "a", new Verdict.Target([new TargetGroup($"10.0.0.{version}:1", [])], []));

    private FileContent Apply(ChangeKind kind, string name, Verdict? verdict) =>
        new([_targets = _targets.Apply(new(kind, new ObjectKey("ns", name), verdict is null ? null : RenderedTargets.Of(verdict)))]);

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private async Task<double?> Verified() => (await Scrape())["file_last_verified_timestamp_seconds{file=\"pods.json\"}"];

    private async Task<double?> Synced() => (await Scrape())["stream_synced{resource=\"pods\"}"];

    private async Task<double?> Objects(string verdict) => (await Scrape())[$"objects{{resource=\"pods\",verdict=\"{verdict}\"}}"];

    private Task<Scrape> Scrape() => Support.Scrape.OfAsync(_metrics);
}

using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Streams;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Tests.Support;
using static Minik8s.FileSd.Tests.Support.ScriptedApi;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>The rules of a correct list + watch client, one by one, against a scripted API server.</summary>
internal sealed class ReflectorTests
{
    private static readonly ApiException Expired = Error(410, "Expired");
    private static readonly ApiException TooLarge = new(
        HttpStatusCode.GatewayTimeout,
        "Too large resource version",
        new ApiStatus("Status", "Timeout: Too large resource version: 9, current: 1", "Timeout", 504, null));

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    /// <summary>Without streaming lists, of which <see cref="FollowTests"/> are.</summary>
    private readonly ScriptedApi _api = new() { Dialect = Dialect.Minik8s };
    private readonly DaemonMetrics _metrics = new("test");
    private readonly List<string> _changes = [];
    private readonly List<string?> _versions = [];
    private readonly List<TimeSpan> _delays = [];
    private StreamStatus _status = null!;
    private Reflector<Node> _reflector = null!;

    [SetUp]
    public void SetUp()
    {
        _status = new StreamStatus("nodes", NullLogger.Instance, _time, _metrics.Stream("nodes"));
        _reflector = new Reflector<Node>(_api, _status, new(FollowMode.Watch, TimeSpan.FromSeconds(5), TimeSpan.Zero), new Backoff(_time, new Random(1)).Next, _time, new Random(1));
    }

    [Test]
    public async Task The_first_list_takes_any_version_and_the_watch_begins_at_the_lists()
    {
        _api.Page("7", null, "a", "b");
        await Follow();
        _changes.Should().Equal("began", "listed a", "listed b", "ended");
        _api.Lists.Single().ResourceVersion.Should().Be("0");
        _api.Watches.Single().ResourceVersion.Should().Be("7");
    }

    [Test]
    public async Task A_list_is_read_page_by_page_and_only_its_first_request_names_a_version()
    {
        _api.Page("7", "t1", "a").Page("7", "t2", "b").Page("7", "", "c");
        await Follow();
        _changes.Should().Equal("began", "listed a", "listed b", "listed c", "ended");
        _api.Lists.Should().Equal(
            new ListQuery("0", 500, null), new ListQuery(null, 500, "t1"), new ListQuery(null, 500, "t2"));
    }

    [Test]
    public async Task A_page_token_that_has_expired_leads_to_one_whole_list_in_one_piece()
    {
        _api.Page("7", "t1", "a").ListFails(Expired, "b").Page("9", null, "c");
        await Follow();
        _changes.Should().Equal("began", "listed a", "listed b", "began", "listed c", "ended");
        _api.Lists.Last().Should().Be(new ListQuery("0", null, null));
        _delays.Should().BeEmpty();
    }

    [Test]
    public async Task A_list_that_breaks_off_is_begun_again_after_a_delay()
    {
        _api.ListFails(new IOException("reset"), "a").Page("7", null, "b");
        await Follow(faults: 2);
        _changes.Should().Equal("began", "listed a", "began", "listed b", "ended");
        _delays[0].Should().BePositive();
    }

    [Test]
    public async Task A_watch_asks_for_bookmarks_and_for_an_end_in_five_to_ten_minutes()
    {
        _api.Page("1", null);
        for (var i = 0; i < 50; i++)
            _api.Watch(For(Second, Event(WatchEventType.Bookmark, "", "2")));
        await Follow();
        _api.Watches.Select(watch => watch.Timeout.TotalSeconds).Should()
            .OnlyContain(seconds => seconds >= 300 && seconds <= 600)
            .And.Subject.Distinct().Should().HaveCountGreaterThan(10);
    }

    [Test]
    public async Task The_version_advances_with_every_event_and_every_bookmark_and_a_clean_end_is_resumed()
    {
        _api.Page("1", null, "a")
            .Watch(For(Second, Event(WatchEventType.Added, "b", "opaque")))
            .Watch(For(Second, Event(WatchEventType.Modified, "b", "x1"), Event(WatchEventType.Bookmark, "", "x2")))
            .Watch(For(Second, Event(WatchEventType.Deleted, "b", "x3")));
        await Follow();
        _changes.Should().Equal("began", "listed a", "ended", "applied b", "applied b", "deleted b");
        _versions.Should().Equal("1", "opaque", "x1", "x3");
        _api.Watches.Select(watch => watch.ResourceVersion).Should().Equal("1", "opaque", "x2", "x3");
        _api.Lists.Should().HaveCount(1);
        _delays.Should().BeEmpty();
    }

    [Test]
    public async Task An_event_without_a_version_does_not_move_it()
    {
        _api.Page("1", null).Watch(Event(WatchEventType.Added, "b", ""));
        await Follow();
        _api.Watches.Last().ResourceVersion.Should().Be("1");
    }

    [Test]
    public async Task A_server_that_names_no_version_is_listed_again_after_each_watch()
    {
        _api.Page("", null).Watch(Event(WatchEventType.Added, "b", "")).Page("", null);
        await Follow();
        _api.Lists.Select(list => list.ResourceVersion).Should().Equal("0", null);
        (await Reasons()).Should().BeEquivalentTo("start: 1", "cannot_resume: 1");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_expired_version_leads_at_once_to_a_list_not_older_than_it(bool asEvent)
    {
        _api.Page("1", null, "a").Watch(Event(WatchEventType.Added, "b", "2"));
        if (asEvent)
            _api.Watch(new WatchEvent<Node>(WatchEventType.Error, null, new ApiStatus("Status", "too old", "Expired", 410, null), "ERROR"));
        else
            _api.WatchFails(Expired);
        _api.Page("5", null, "a");
        await Follow(faults: 2);
        _api.Lists.Select(list => list.ResourceVersion).Should().Equal("0", "2");
        _api.Watches.Last().ResourceVersion.Should().Be("5");
        _delays[0].Should().Be(TimeSpan.Zero);
    }

    [Test]
    public async Task A_list_whose_version_has_expired_is_asked_again_at_once_for_the_newest()
    {
        _api.Page("1", null).Watch(Event(WatchEventType.Added, "b", "2"))
            .WatchFails(Error(404, "NotFound"))
            .ListFails(Expired).Page("5", null);
        await Follow(faults: 3);
        _api.Lists.Select(list => list.ResourceVersion).Should().Equal("0", "2", null);
        _delays[1].Should().Be(TimeSpan.Zero);
    }

    [Test]
    public async Task A_version_from_the_servers_future_is_given_up_at_once()
    {
        _api.Page("1", null).Watch(Event(WatchEventType.Added, "b", "9")).WatchFails(TooLarge).Page("2", null);
        await Follow(faults: 2);
        _api.Lists.Select(list => list.ResourceVersion).Should().Equal("0", null);
        _delays[0].Should().Be(TimeSpan.Zero);
    }

    [Test]
    public async Task A_watch_that_ran_its_whole_time_without_a_word_is_checked_by_a_list()
    {
        _api.Page("9", null).Watch(Doing(() => _time.Advance(TimeSpan.FromMinutes(10)))).ListFails(TooLarge).Page("2", null);
        await Follow(faults: 2);
        _api.Lists.Select(list => list.ResourceVersion).Should().Equal("0", "9", null);
    }

    [Test]
    public async Task A_version_that_is_too_old_after_every_list_is_no_endless_loop()
    {
        _api.Page("1", null).WatchFails(Expired).Page("2", null).WatchFails(Expired).Page("3", null).WatchFails(Expired).Page("4", null);
        await Follow(faults: 4);
        _delays[0].Should().Be(TimeSpan.Zero);
        _delays.Skip(1).Should().OnlyContain(delay => delay > TimeSpan.FromMilliseconds(500));
    }

    [Test]
    public async Task A_version_that_is_too_large_after_every_list_is_no_endless_loop()
    {
        _api.Page("1", null).WatchFails(TooLarge).Page("2", null).WatchFails(TooLarge).Page("3", null).WatchFails(TooLarge);
        await Follow(faults: 4);
        _delays[0].Should().Be(TimeSpan.Zero);
        _delays.Skip(1).Should().OnlyContain(delay => delay > TimeSpan.FromMilliseconds(500));
    }

    private static IEnumerable<Exception> Outages() =>
    [
        new HttpRequestException("connection refused"), new IOException("reset"), new TimeoutException("silent"),
        Error(401, "Unauthorized"), Error(429, "TooManyRequests"), Error(500, "InternalError"), Error(503, "ServiceUnavailable"),
    ];

    [TestCaseSource(nameof(Outages))]
    public async Task After_an_outage_the_watch_is_resumed_and_nothing_is_listed(Exception outage)
    {
        _api.Page("1", null).Watch(Event(WatchEventType.Added, "b", "2"), outage).WatchFails(outage);
        await Follow(faults: 3);
        _api.Lists.Should().HaveCount(1);
        _api.Watches.Select(watch => watch.ResourceVersion).Should().Equal("1", "2", "2");
        _delays.Take(2).Should().OnlyContain(delay => delay > TimeSpan.FromMilliseconds(500));
    }

    [Test]
    public async Task Some_seconds_after_an_outage_the_state_is_checked_by_one_list()
    {
        _api.Page("5", null, "a")
            .WatchFails(new IOException("reset"))
            .Watch(Event(WatchEventType.Added, "b", "6"), Doing(() => _time.Advance(2 * Reflector<Node>.CheckDelay)), Silence)
            .ListFails(TooLarge)
            .Page("2", null, "b")
            .Watch(Event(WatchEventType.Added, "c", "3"), Doing(() => _time.Advance(TimeSpan.FromMinutes(5))), Event(WatchEventType.Added, "d", "4"));
        await Follow();
        _api.Lists.Select(list => list.ResourceVersion).Should().Equal("0", "6", null);
        _changes.Should().Equal("began", "listed a", "ended", "applied b", "began", "began", "listed b", "ended", "applied c", "applied d");
        (await Reasons()).Should().BeEquivalentTo("start: 1", "expired: 1");
    }

    [Test]
    public async Task A_watch_that_opens_after_a_list_ends_the_outage()
    {
        var seen = new List<bool>();
        _api.Page("5", null, "a")
            .Watch(Seen(), new JsonException("garbage"))
            .Page("5", null, "a")
            .Watch(Seen());
        await Follow();
        seen.Should().Equal(true, true);

        Action Seen() => Doing(() => seen.Add(_status.State.IsSynced));
    }

    [Test]
    public async Task Watches_that_open_and_then_break_off_are_not_believed_before_a_list_has_checked_one_that_stays_open()
    {
        var seen = new List<bool>();
        _api.Page("5", null, "a");
        for (var i = 0; i < 3; i++)
            _api.Watch(Seen(), new JsonException("garbage")).Page("5", null, "a");
        _api.Watch(Seen(), Doing(() => _time.Advance(2 * Reflector<Node>.CheckDelay)), Silence)
            .Page("5", null, "a")
            .Watch(Seen());
        await Follow();
        seen.Should().Equal(true, true, false, false, true);

        Action Seen() => Doing(() => seen.Add(_status.State.IsSynced));
    }

    private static IEnumerable<Exception> Refusals() =>
        [Error(403, "Forbidden"), Error(404, "NotFound"), Error(405, "MethodNotAllowed"), new JsonException("garbage")];

    [TestCaseSource(nameof(Refusals))]
    public async Task A_server_that_lists_but_does_not_watch_is_at_least_listed_again_and_again(Exception refusal)
    {
        _api.Page("1", null, "a").WatchFails(refusal).Page("2", null, "b").WatchFails(refusal);
        await Follow(faults: 2);
        _changes.Should().Equal("began", "listed a", "ended", "began", "listed b", "ended");
        _delays.Should().OnlyContain(delay => delay > TimeSpan.FromMilliseconds(500));
    }

    [Test]
    public async Task A_watch_that_ends_at_once_without_a_word_is_a_fault()
    {
        _api.Page("1", null).Watch().Watch();
        await Follow(faults: 2);
        _delays.Should().HaveCount(2).And.OnlyContain(delay => delay > TimeSpan.FromMilliseconds(500));
        _api.Lists.Should().HaveCount(1);
    }

    [Test]
    public void Watches_that_end_at_once_but_have_said_something_are_resumed_without_a_fault_and_once_a_second()
    {
        _api.Page("1", null);
        for (var i = 2; i < 12; i++)
            _api.Watch(Event(WatchEventType.Bookmark, "", $"{i}"));
        var began = _time.GetUtcNow();
        OneThread.Run(() => Follow(), _time, TimeSpan.FromMilliseconds(100));
        _delays.Should().BeEmpty();
        _api.Watches.Should().HaveCount(11);
        (_time.GetUtcNow() - began).Should().BeCloseTo(TimeSpan.FromSeconds(10), Second);
    }

    [Test]
    public async Task Versions_that_expire_soon_after_each_list_back_off_though_events_come_between()
    {
        for (var i = 1; i < 5; i++)
            _api.Page($"{i}0", null).Watch(Event(WatchEventType.Bookmark, "", $"{i}1"), Expired);
        await Follow(faults: 4);
        _delays[0].Should().Be(TimeSpan.Zero);
        _delays.Skip(1).Should().OnlyContain(delay => delay > TimeSpan.FromMilliseconds(500));
    }

    [Test]
    public async Task Expiries_that_are_far_apart_are_each_answered_at_once()
    {
        for (var i = 1; i < 4; i++)
            _api.Page($"{i}0", null).Watch(For(ResumePoint.RefusalMemory, Event(WatchEventType.Bookmark, "", $"{i}1"))).WatchFails(Expired);
        await Follow(faults: 3);
        _delays.Should().OnlyContain(delay => delay == TimeSpan.Zero);
    }

    [Test]
    public async Task Pages_that_come_to_no_end_are_a_fault()
    {
        _api.Page("7", "t", "a").Page("7", "t", "a");
        await Follow(faults: 1);
        _delays.Should().ContainSingle().Which.Should().BePositive();
    }

    [Test]
    public async Task Pages_that_begin_alike_are_a_fault_though_their_tokens_differ()
    {
        _api.Page("7", "t1", "a", "b").Page("7", "t2", "a", "b");
        await Follow(faults: 1);
        _delays.Should().ContainSingle().Which.Should().BePositive();
    }

    [Test]
    public async Task A_list_that_was_asked_for_in_one_piece_and_has_pages_is_a_fault()
    {
        _api.Page("7", "t1", "a").ListFails(Expired).Page("7", "t2", "a");
        await Follow(faults: 1);
        _delays.Should().ContainSingle().Which.Should().BePositive();
    }

    [Test]
    public async Task The_check_after_an_outage_is_not_put_off_by_watches_that_end_early()
    {
        _api.Page("5", null, "a").WatchFails(new IOException("reset"));
        for (var i = 6; i < 8; i++)
            _api.Watch(For(TimeSpan.FromSeconds(7), Event(WatchEventType.Bookmark, "", $"{i}")));
        _api.Page("5", null, "a");
        await Follow();
        _api.Lists.Should().HaveCount(2, "no watch was ever open for as long as the check may take, but two together were");
    }

    [Test]
    public async Task A_busy_server_is_not_asked_for_a_check()
    {
        _api.Page("5", null, "a").WatchFails(Error(429, "TooManyRequests"))
            .Watch(For(TimeSpan.FromMinutes(5), Event(WatchEventType.Bookmark, "", "6")));
        await Follow();
        _api.Lists.Should().HaveCount(1);
    }

    [Test]
    public async Task Retry_after_is_honoured_up_to_five_minutes()
    {
        _api.ListFails(Error(429, "TooManyRequests", TimeSpan.FromSeconds(77)))
            .ListFails(Error(503, "ServiceUnavailable", TimeSpan.FromDays(365)));
        await Follow(faults: 2);
        _delays.Should().Equal(TimeSpan.FromSeconds(77), TimeSpan.FromMinutes(5));
    }

    [Test]
    public async Task The_same_name_with_a_new_uid_is_a_new_object()
    {
        _api.Page("1", null).Watch(
            Event(WatchEventType.Added, "a", "2", uid: "1"),
            Event(WatchEventType.Deleted, "a", "3", uid: "1"),
            Event(WatchEventType.Added, "a", "4", uid: "2"));
        await Follow();
        _changes.TakeLast(3).Should().Equal("applied a", "deleted a", "applied a");
    }

    [Test]
    public async Task An_unknown_event_is_skipped_and_the_watch_goes_on()
    {
        _api.Page("1", null).Watch(
            new WatchEvent<Node>(WatchEventType.Unknown, null, null, "RENAMED"),
            Event(WatchEventType.Added, "b", "2"));
        await Follow();
        _changes.Should().Equal("began", "ended", "applied b");
    }

    /// <summary>What a watch says that lasts for a while, so that the next one need not wait.</summary>
    private object[] For(TimeSpan time, params object[] events) => [.. events, Doing(() => _time.Advance(time))];

    private static ApiException Error(int code, string reason, TimeSpan? retryAfter = null) =>
        new((HttpStatusCode)code, reason, new ApiStatus("Status", reason, reason, code, null), retryAfter);

    /// <summary>Follows until the script is at its end, or until so many faults have come out; each is retried at once.</summary>
    private async Task Follow(int faults = int.MaxValue)
    {
        while (_delays.Count < faults)
        {
            try
            {
                await foreach (var change in _reflector.FollowAsync(CancellationToken.None))
                {
                    _changes.Add(Text(change));
                    if (change.Kind is not (ChangeKind.ListBegan or ChangeKind.Listed))
                        _versions.Add(change.Version);
                }
            }
            catch (EndOfScriptException)
            {
                return;
            }
            catch (Exception fault) when (fault is not AssertionException)
            {
                _delays.Add(_reflector.DelayAfter(fault));
            }
        }
    }

    /// <summary>Why lists were asked for, and how often.</summary>
    private async Task<IEnumerable<string>> Reasons() => (await Scrape.OfAsync(_metrics)).Counted("stream_lists_total{resource=\"nodes\",reason=\"");

    private static string Text(Change<Node> change) => change.Kind switch
    {
        ChangeKind.ListBegan => "began",
        ChangeKind.ListEnded => "ended",
        var kind => $"{kind.ToString().ToLowerInvariant()} {change.Key}",
    };
}

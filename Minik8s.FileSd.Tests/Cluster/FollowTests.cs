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

/// <summary>Following servers that have no watch, or have one for a time, against a scripted API server.</summary>
internal sealed class FollowTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DaemonMetrics _metrics = new("test");
    private readonly List<string> _changes = [];
    private readonly List<TimeSpan> _delays = [];
    private ScriptedApi _api = null!;

    /// <summary>Which of the lists are doubted, counted from 0.</summary>
    private readonly HashSet<int> _doubtful = [];

    /// <summary>Which of them have dropped a little by their silence.</summary>
    private readonly HashSet<int> _lossy = [];
    private bool _isSynced;

    [SetUp]
    public void SetUp() => _api = new() { Time = _time };

    private static IEnumerable<Exception> Refusals() =>
    [
        Error(400), Error(404), Error(405), Error(426), Error(501), new WatchRefusedException("a list"),
    ];

    [TestCaseSource(nameof(Refusals))]
    public void Without_a_watch_the_server_is_asked_to_answer_when_there_is_something_new(Exception refusal)
    {
        _api.Page("1", null, "a").WatchFails(refusal)
            .Page("2", null, "a", "b").Unchanged(Passes(30)).Page("3", null, "b");
        Follow();
        _changes.Should().Equal(
            "began", "listed a", "ended", "began", "listed a", "listed b", "ended", "began", "began", "listed b", "ended");
        _api.Lists.Skip(1).Select(list => list.ResourceVersion).Should().Equal("1", "2", "2", "3");
        _api.Lists.Skip(1).Should().OnlyContain(list => list.Timeout > TimeSpan.FromSeconds(20) && list.Timeout <= TimeSpan.FromSeconds(60));
        _delays.Should().BeEmpty();
        _isSynced.Should().BeTrue();
    }

    [Test]
    public void A_long_poll_that_is_answered_at_once_with_nothing_new_leads_to_polling()
    {
        _api.Page("1", null, "a").WatchFails(Error(404)).Page("1", null, "a").Page("1", null, "a").Page("2", null, "b");
        Follow();
        _changes.Should().Equal(
            "began", "listed a", "ended", "began", "listed a", "ended", "began", "listed a", "ended", "began", "listed b", "ended");
        Seconds().Should().Equal(0, 0, 0, 5, 10, 15);
    }

    [Test]
    public void A_not_modified_at_once_is_no_long_poll_either()
    {
        _api.Page("1", null, "a").WatchFails(Error(404)).Unchanged().Page("1", null, "a");
        Follow();
        Seconds().Should().Equal(0, 0, 0, 5, 10);
    }

    [Test]
    public void Lists_without_a_version_are_polled()
    {
        _api.Page("", null, "a").WatchFails(new WatchRefusedException("a list")).Page("", null, "b");
        Follow();
        Seconds().Should().Equal(0, 0, 5, 10);
        _delays.Should().BeEmpty();
        _isSynced.Should().BeTrue();
        Reasons().Should().BeEquivalentTo("start: 1", "poll: 1");
    }

    [Test]
    public void Long_polls_that_are_answered_at_once_with_ever_newer_lists_are_no_hot_loop()
    {
        _api.Page("1", null).WatchFails(Error(404));
        for (var i = 2; i < 12; i++)
            _api.Page($"{i}", null);
        Follow();
        Seconds().Skip(3).Should().Equal(Enumerable.Range(0, 10));
    }

    [Test]
    public void After_a_relist_interval_a_watch_is_tried_again_and_used_when_there_is_one()
    {
        _api.Page("", null).WatchFails(Error(404));
        for (var i = 0; i < 12; i++)
            _api.Page("", null);
        _api.WatchFails(Error(404)).Page("", null);
        for (var i = 0; i < 11; i++)
            _api.Page("", null);
        _api.Watch(Event(WatchEventType.Added, "a", "7"), Passes(10));
        Follow();
        _api.Watches.Should().HaveCount(4, "the last is asked for where the script ends");
        _changes[^1].Should().Be("applied a");
    }

    [Test]
    public void A_watch_that_is_refused_though_it_has_worked_is_tried_once_more_behind_a_list()
    {
        _api.Page("1", null).Watch(Event(WatchEventType.Added, "a", "2")).WatchFails(Error(404)).Page("3", null, "b").Watch(Event(WatchEventType.Added, "c", "4"));
        Follow();
        _changes.TakeLast(4).Should().Equal("began", "listed b", "ended", "applied c");
        _delays.Should().ContainSingle();
    }

    [Test]
    public void A_server_that_loses_its_watch_is_polled_from_then_on()
    {
        _api.Page("1", null).Watch(Event(WatchEventType.Added, "a", "2"))
            .WatchFails(new WatchRefusedException("a list")).Page("", null, "a").WatchFails(new WatchRefusedException("a list")).Page("", null, "b");
        Follow();
        _changes.TakeLast(3).Should().Equal("began", "listed b", "ended");
        _delays.Should().ContainSingle();
        _isSynced.Should().BeTrue();
    }

    [Test]
    public void A_fault_while_polling_is_waited_out_and_then_the_best_way_is_tried_again()
    {
        _api.Page("", null, "a").WatchFails(Error(404)).ListFails(new TimeoutException("silent")).Page("", null, "b").Watch(Event(WatchEventType.Added, "c", ""));
        Follow();
        _changes.Should().Equal("began", "listed a", "ended", "began", "began", "listed b", "ended", "applied c");
        _delays.Should().ContainSingle().Which.Should().BePositive();
    }

    [Test]
    public void Polling_that_was_asked_for_tries_nothing_else()
    {
        _api.Page("1", null, "a").Page("1", null, "a");
        Follow(new(FollowMode.Poll, TimeSpan.FromSeconds(3), null));
        _api.Watches.Should().BeEmpty();
        _api.Lists.Should().OnlyContain(list => list.Timeout == null);
        Seconds().Should().Equal(0, 3, 6);
        _isSynced.Should().BeTrue();
    }

    [Test]
    public void Long_polling_that_was_asked_for_tries_no_watch_and_lists_anew_after_the_relist_interval()
    {
        _api.Page("1", null).Unchanged(Passes(30)).Unchanged(Passes(30)).Page("1", null);
        Follow(new(FollowMode.LongPoll, TimeSpan.FromSeconds(5), null));
        _api.Watches.Should().BeEmpty();
        _api.Lists.Select(list => list.Timeout is null).Should().Equal(true, false, false, true, false);
        _isSynced.Should().BeTrue();
    }

    [TestCase(Dialect.Minik8s, null, 2)]
    [TestCase(Dialect.Minik8s, 0, 1)]
    [TestCase(Dialect.Kubernetes, null, 1)]
    public void A_watch_is_backed_by_lists_where_servers_forget_deletions(Dialect dialect, int? relistSeconds, int lists)
    {
        _api.Dialect = dialect;
        _api.Page("1", null, "a").Watch(Event(WatchEventType.Added, "b", "2"), Passes(61), Silence).Page("3", null, "b");
        using var enough = new CancellationTokenSource(TimeSpan.FromMinutes(4), _time);
        Follow(new(null, TimeSpan.FromSeconds(5), relistSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null), enough.Token);
        _api.Lists.Where(list => list.Timeout is null).Should().HaveCount(lists);
    }

    [Test]
    public void Kubernetes_is_listed_anew_when_that_is_asked_for()
    {
        _api.Page("1", null, "a").Watch(Event(WatchEventType.Added, "b", "2"), Passes(61), Silence)
            .Watch(Event(WatchEventType.Added, "b", "2"), InitialEventsEnd("3"), Passes(61), Silence)
            .Watch(InitialEventsEnd("4"));
        Follow(new(null, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1)));
        _changes.Should().Equal("began", "listed a", "ended", "applied b", "began", "listed b", "ended", "began", "ended");
        Reasons().Should().BeEquivalentTo("start: 1", "interval: 2");
    }

    [Test]
    public void The_first_list_is_an_ordinary_one_and_later_ones_are_streamed()
    {
        _api.Page("1", null, "a").Watch(Event(WatchEventType.Bookmark, "", "2"), Error(410))
            .Watch(Event(WatchEventType.Added, "b", "3"), Event(WatchEventType.Added, "c", "4"), InitialEventsEnd("5"), Event(WatchEventType.Deleted, "b", "6"));
        Follow();
        _changes.Should().Equal("began", "listed a", "ended", "began", "listed b", "listed c", "ended", "deleted b");
        _api.Lists.Should().ContainSingle();
        _api.Watches.Select(watch => (watch.ResourceVersion, watch.SendsInitialEvents)).Should().Equal(("1", false), ("2", true), ("6", false));
    }

    [Test]
    public void A_doubtful_list_is_asked_for_again_at_its_very_newest_before_anything_is_watched()
    {
        _doubtful.Add(0);
        _api.Page("7", null, "a").Page("8", null, "a", "b").Watch(Event(WatchEventType.Added, "c", "9"), Passes(60));
        Follow();
        _changes.Should().Equal("began", "listed a", "ended", "began", "listed a", "listed b", "ended", "applied c");
        _api.Lists.Should().Equal(new ListQuery("0", 500, null), new ListQuery(null, 500, null));
        _api.Watches.First().ResourceVersion.Should().Be("8");
        Seconds().Take(3).Should().Equal(0, 5, 5);
        Reasons().Should().BeEquivalentTo("start: 1", "doubt: 1");
        _isSynced.Should().BeTrue();
    }

    [Test]
    public void The_list_that_is_to_confirm_another_is_the_newest_however_often_it_fails()
    {
        _doubtful.Add(0);
        _api.Page("7", null, "a").ListFails(Error(500)).ListFails(new IOException("reset"), "b").Page("8", null, "a");
        Follow();
        _api.Lists.Skip(1).Should().OnlyContain(list => list.ResourceVersion == null);
        _changes.TakeLast(3).Should().Equal("began", "listed a", "ended");
    }

    [Test]
    public void A_doubtful_streaming_list_is_confirmed_by_an_ordinary_one()
    {
        _doubtful.Add(1);
        _api.Page("1", null, "a").Watch(Event(WatchEventType.Bookmark, "", "2"), Error(410))
            .Watch(Event(WatchEventType.Added, "b", "3"), InitialEventsEnd("5"), Event(WatchEventType.Deleted, "b", "6"))
            .Page("6", null, "a").Watch(Event(WatchEventType.Added, "c", "7"), Passes(60));
        Follow();
        _changes.Should().Equal("began", "listed a", "ended", "began", "listed b", "ended", "began", "listed a", "ended", "applied c");
        _api.Lists.Last().ResourceVersion.Should().BeNull();
    }

    [Test]
    public void A_doubtful_poll_is_confirmed_by_the_next_one()
    {
        _doubtful.Add(2);
        _api.Page("", null, "a").WatchFails(Error(404)).Page("", null, "a").Page("", null).Page("", null, "a").Page("", null, "a");
        Follow();
        Seconds().Should().Equal(0, 0, 5, 10, 15, 20, 25);
        _isSynced.Should().BeTrue();
    }

    [Test]
    public void Between_a_doubtful_list_and_the_next_the_stream_is_not_in_step()
    {
        _doubtful.Add(0);
        _api.Page("7", null, "a");
        Follow();
        _isSynced.Should().BeFalse();
    }

    [Test]
    public void What_a_list_was_silent_about_is_checked_by_another_one_though_it_was_too_little_to_be_held_back()
    {
        _lossy.Add(0);
        _api.Page("7", null, "a").Watch(Event(WatchEventType.Bookmark, "", "8"), Silence)
            .Page("9", null, "a", "b").Watch(Event(WatchEventType.Added, "c", "10"), Passes(60));
        Follow();
        _changes.Should().Equal("began", "listed a", "ended", "began", "listed a", "listed b", "ended", "applied c");
        _api.Lists.Last().ResourceVersion.Should().BeNull();
        Seconds().ElementAt(2).Should().BeInRange(10, 21);
        Reasons().Should().BeEquivalentTo("start: 1", "check: 1");
    }

    [Test]
    public void A_watch_that_goes_on_after_its_time_with_signs_of_life_alone_is_ended_and_checked_by_a_list()
    {
        object[] breath = [.. Enumerable.Range(0, 40).SelectMany(_ => new object[] { TimeSpan.FromSeconds(20) }), Silence];
        _api.Page("7", null, "a").Watch(breath).Watch(Event(WatchEventType.Added, "b", "8"), InitialEventsEnd("9"));
        Follow();
        _changes.Take(6).Should().Equal("began", "listed a", "ended", "began", "listed b", "ended");
        Seconds().ElementAt(2).Should().BeInRange(300, 670);
        Reasons().Should().BeEquivalentTo("start: 1", "check: 1");
    }

    private static IEnumerable<Exception> StreamingRefusals() => [Error(400), Error(404), Error(422), new WatchRefusedException("a list")];

    [TestCaseSource(nameof(StreamingRefusals))]
    public void A_server_that_refuses_streaming_lists_is_listed_at_once_and_not_asked_again(Exception refusal)
    {
        _api.Page("1", null, "a").Watch(Error(410)).WatchFails(refusal).Page("3", null, "b").Watch(Error(410)).Page("4", null, "b");
        Follow();
        _changes.TakeLast(3).Should().Equal("began", "listed b", "ended");
        _api.Watches.Count(watch => watch.SendsInitialEvents).Should().Be(1);
    }

    [Test]
    public void A_streaming_list_that_tells_changes_but_no_end_holds_nothing_up()
    {
        var change = Event(WatchEventType.Modified, "b", "3");
        _api.Page("1", null, "a").Watch(Error(410))
            .Watch(change, Passes(9), change, Passes(9), change, Passes(9), change, Passes(9), change, Silence)
            .Page("4", null, "c").Watch(Error(410)).Page("5", null, "c");
        Follow();
        _changes.Count(change => change == "listed c").Should().Be(2);
        _api.Watches.Count(watch => watch.SendsInitialEvents).Should().Be(1, "it is not asked for again");
    }

    private static IEnumerable<Exception> Failures() => [Error(500), Error(503), new IOException("reset"), new JsonException("garbage")];

    [TestCaseSource(nameof(Failures))]
    public void Watches_that_fail_one_after_the_other_while_lists_are_answered_are_no_watch(Exception failure)
    {
        _api.Dialect = Dialect.Minik8s;
        _api.Page("1", null, "a");
        for (var i = 0; i < 3; i++)
        {
            _api.WatchFails(failure);
            if (failure is JsonException && i < 2)
                _api.Page("1", null, "a");
        }

        _api.Page("1", null, "a").Page("2", null, "b");
        Follow();
        _changes.TakeLast(3).Should().Equal("began", "listed b", "ended");
        _delays.Should().HaveCount(2);
        _isSynced.Should().BeTrue();
    }

    [Test]
    public void A_watch_that_has_lasted_in_silence_is_resumed_after_an_outage_and_nothing_is_listed()
    {
        _api.Page("1", null, "a").Watch(TimeSpan.FromSeconds(2), Error(500));
        for (var i = 0; i < 6; i++)
            _api.WatchFails(Error(500));
        _api.Watch(Event(WatchEventType.Added, "b", "3"));
        Follow();
        _api.Lists.Should().ContainSingle();
        _changes[^1].Should().Be("applied b");
    }

    [Test]
    public void Watches_that_end_at_once_one_after_the_other_are_no_watch()
    {
        _api.Page("1", null, "a").Watch().Watch().Watch().Page("1", null, "a").Page("2", null, "b");
        Follow();
        _changes.TakeLast(3).Should().Equal("began", "listed b", "ended");
        _isSynced.Should().BeTrue();
    }

    [Test]
    public void A_minik8s_that_does_not_answer_a_watch_at_all_is_polled()
    {
        _api.Dialect = Dialect.Minik8s;
        _api.Page("", null, "a").WatchHangs().Page("", null, "b");
        Follow();
        Seconds().Should().Equal(0, 0, 10, 15);
        _delays.Should().BeEmpty();
    }

    [Test]
    public void While_it_is_polled_a_fault_is_not_waited_out_for_longer_than_two_polls()
    {
        _api.Page("", null, "a");
        for (var i = 0; i < 8; i++)
            _api.ListFails(Error(500));
        Follow(new(FollowMode.Poll, TimeSpan.FromSeconds(1), null));
        _delays.Should().HaveCount(8).And.OnlyContain(delay => delay <= TimeSpan.FromSeconds(2));
    }

    [Test]
    public void A_server_that_knows_no_end_of_a_streaming_list_is_listed_and_nothing_is_replaced_by_half_of_it()
    {
        _api.Page("1", null, "a").Watch(Error(410)).Watch(Event(WatchEventType.Added, "b", "3"), Silence).Page("4", null, "c");
        Follow();
        _changes.Should().Equal("began", "listed a", "ended", "began", "listed b", "began", "listed c", "ended");
    }

    private static IEnumerable<object> Breaks() =>
        [new IOException("reset"), Event(WatchEventType.Deleted, "b", "4"), Doing(() => { })];

    [TestCaseSource(nameof(Breaks))]
    public void A_streaming_list_that_breaks_off_is_void_and_an_ordinary_one_follows(object end)
    {
        _api.Page("1", null, "a").Watch(Error(410)).Watch(Event(WatchEventType.Added, "b", "3"), end).Page("4", null, "c");
        Follow();
        _changes.Should().Equal("began", "listed a", "ended", "began", "listed b", "began", "listed c", "ended");
    }

    private static WatchEvent<Node> InitialEventsEnd(string version) => new(
        WatchEventType.Bookmark,
        new Node(new ObjectMeta(null, ResourceVersion: version, Annotations: new Dictionary<string, string> { ["k8s.io/initial-events-end"] = "true" })),
        null, "BOOKMARK");

    /// <summary>Why lists were asked for, and how often.</summary>
    private IEnumerable<string> Reasons() => Scrape.OfAsync(_metrics).GetAwaiter().GetResult().Counted("stream_lists_total{resource=\"nodes\",reason=\"");

    private Action Passes(int seconds) => Doing(() => _time.Advance(TimeSpan.FromSeconds(seconds)));

    private static ApiException Error(int code) => new((HttpStatusCode)code, $"answered {code}");

    /// <summary>When each request was made, in seconds from the first.</summary>
    private IEnumerable<int> Seconds() => _api.Times.Select(at => (int)(at - _api.Times[0]).TotalSeconds);

    /// <summary>Follows until the script is at its end, with time passing whenever it is waited for; delays after faults are passed over.</summary>
    private void Follow(FollowRules? rules = null, CancellationToken stop = default)
    {
        var status = new StreamStatus("nodes", NullLogger.Instance, _time, _metrics.Stream("nodes"));
        var reflector = new Reflector<Node>(_api, status, rules ?? FollowRules.Default, new Backoff(_time, new Random(1)).Next, _time, new Random(1));
        OneThread.Run(Run, _time, TimeSpan.FromSeconds(1));
        _isSynced = status.State.IsSynced;

        async Task Run()
        {
            while (true)
            {
                try
                {
                    await foreach (var change in reflector.FollowAsync(stop))
                    {
                        _changes.Add(change.Kind switch
                        {
                            ChangeKind.ListBegan => "began",
                            ChangeKind.ListEnded => "ended",
                            var kind => $"{kind.ToString().ToLowerInvariant()} {change.Key}",
                        });
                        if (change.Kind == ChangeKind.ListEnded)
                        {
                            var list = _changes.Count(told => told == "ended") - 1;
                            reflector.Doubts(new ListDoubt(_doubtful.Contains(list) ? 7 : 0, 9, 0, _lossy.Contains(list) ? 1 : 0));
                        }
                    }
                }
                catch (Exception end) when (end is EndOfScriptException || stop.IsCancellationRequested)
                {
                    // What the request began that found the script at its end.
                    if (_changes[^1] == "began")
                        _changes.RemoveAt(_changes.Count - 1);
                    return;
                }
                catch (Exception fault) when (fault is not AssertionException)
                {
                    _delays.Add(reflector.DelayAfter(fault));
                }
            }
        }
    }
}

using System.Net;
using Microsoft.Extensions.Time.Testing;
using Minik8s.ApiServer.Faults;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>The list and watch requests over real HTTP.</summary>
internal sealed class ResourceApiTests
{
    private readonly FakeTimeProvider _time = new();
    private TestCluster _cluster = null!;
    private HttpClient _http = null!;

    [SetUp]
    public async Task SetUp()
    {
        _cluster = await TestCluster.StartAsync();
        _http = ApiClient.Create(Ways.To(_cluster.Server.Uri), "tests/1");
    }

    [TearDown]
    public async Task TearDown()
    {
        _http.Dispose();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task A_list_is_selected_by_the_server_and_read_page_by_page()
    {
        for (var i = 1; i <= 5; i++)
            _cluster.AddPod($"p{i}", $"127.0.2.{i}");
        _cluster.AddPod("other", "127.0.2.9", log: "no");
        var (names, end) = await List(new ListQuery("0", 3, null));
        names.Should().Equal("p1", "p2", "p3");
        (names, end) = await List(new ListQuery(null, 3, end.Continue));
        names.Should().Equal("p4", "p5");
        end.Continue.Should().BeNullOrEmpty();
    }

    [Test]
    public async Task A_watch_tells_what_changes_and_what_leaves_the_selection()
    {
        var (_, list) = await List(new ListQuery("0", null, null));
        await using var watch = Pods().WatchAsync(new WatchQuery(list.ResourceVersion!, TimeSpan.FromMinutes(5)), CancellationToken.None).GetAsyncEnumerator();
        (await Next(watch)).Type.Should().Be(WatchEventType.Opened);
        _cluster.AddPod("other", "127.0.2.9", log: "no");
        _cluster.AddPod("p", "127.0.2.1");
        _cluster.DeletePod("p");
        (await Next(watch)).Should().BeEquivalentTo(new { Type = WatchEventType.Added, Object = new { Metadata = new { Name = "p" } } });
        (await Next(watch)).Type.Should().Be(WatchEventType.Deleted);
    }

    [Test]
    public async Task A_list_that_stalls_fails_after_a_minute_of_silence()
    {
        _cluster.Server.Faults.Add(new Fault.Stall());
        var list = List(new ListQuery("0", null, null));
        await Eventually.Holds(() => _cluster.Server.Faults.Requests.Count > 0, "the list is asked for");
        _time.Advance(ResourceApi<Pod>.ListIdleLimit);
        await list.Invoking(l => l).Should().ThrowAsync<TimeoutException>();
    }

    [Test]
    public async Task A_list_that_stalls_half_way_fails_after_a_minute_of_silence()
    {
        _cluster.AddPod("p", "127.0.2.1");
        _cluster.Server.Faults.Add(new Fault.Cut(CutEnd.Stall, AfterBytes: 100));
        var list = List(new ListQuery("0", null, null));
        await Eventually.Holds(
            () =>
            {
                // The silence is counted from the last byte, whose arrival nobody here can see: time passes until it is over.
                _time.Advance(TimeSpan.FromSeconds(1));
                return list.IsCompleted;
            },
            "the list has failed");
        await list.Invoking(l => l).Should().ThrowAsync<TimeoutException>();
    }

    [Test]
    public async Task A_watch_that_stalls_fails_a_little_after_its_time()
    {
        var timeout = TimeSpan.FromMinutes(5);
        await using var watch = Pods().WatchAsync(new WatchQuery("1", timeout), CancellationToken.None).GetAsyncEnumerator();
        await Next(watch);
        var next = Next(watch);
        _time.Advance(timeout + ResourceApi<Pod>.WatchIdleGrace - TimeSpan.FromSeconds(1));
        next.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        await next.Invoking(n => n).Should().ThrowAsync<TimeoutException>();
    }

    [Test]
    public async Task An_error_carries_code_reason_message_and_retry_after()
    {
        _cluster.Server.Faults.Add(Fault.Reply.Status(429, "TooManyRequests", "slow down", retryAfter: "7"));
        var fault = (await FluentActions.Awaiting(() => List(new ListQuery("0", null, null))).Should().ThrowAsync<ApiException>()).Which;
        fault.Code.Should().Be(HttpStatusCode.TooManyRequests);
        fault.Message.Should().Contain("429").And.Contain("slow down");
        fault.RetryAfter.Should().Be(TimeSpan.FromSeconds(7));
    }

    [TestCase("list-too-large-version.http", 504, false, true)]
    [TestCase("list-bad-continue.http", 400, false, false)]
    [TestCase("forbidden-403.http", 403, false, false)]
    [TestCase("wrong-token-401.http", 401, false, false)]
    public async Task Recorded_errors_are_understood(string recording, int code, bool expired, bool tooLarge)
    {
        _cluster.Server.Faults.Add(new Fault.Reply(code, Fixture.Body(recording)));
        (await FluentActions.Awaiting(() => List(new ListQuery("5", null, null))).Should().ThrowAsync<ApiException>())
            .Which.Should().BeEquivalentTo(new { Code = (HttpStatusCode)code, IsExpired = expired, IsVersionTooLarge = tooLarge });
    }

    [Test]
    public async Task A_version_that_is_too_large_is_known_as_such_from_a_real_answer()
    {
        (await FluentActions.Awaiting(() => List(new ListQuery("999999999", null, null))).Should().ThrowAsync<ApiException>())
            .Which.IsVersionTooLarge.Should().BeTrue();
    }

    [Test]
    public async Task A_compacted_version_is_known_as_expired_from_a_real_answer()
    {
        _cluster.AddPod("p", "127.0.2.1");
        _cluster.Server.Store.Compact();
        await using var watch = Pods().WatchAsync(new WatchQuery("1", TimeSpan.FromMinutes(5)), CancellationToken.None).GetAsyncEnumerator();
        await Next(watch);
        var said = await Next(watch);
        said.Type.Should().Be(WatchEventType.Error);
        said.Error.Should().BeEquivalentTo(new { Code = 410, Reason = "Expired" });
    }

    [Test]
    public async Task Retry_after_may_be_a_date()
    {
        await using var server = await Answering(context =>
        {
            context.Response.Headers.RetryAfter = _time.GetUtcNow().AddSeconds(90).ToString("R");
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        (await FluentActions.Awaiting(() => List(new ListQuery("0", null, null))).Should().ThrowAsync<ApiException>())
            .Which.RetryAfter.Should().Be(TimeSpan.FromSeconds(90));
    }

    [Test]
    public async Task A_redirect_does_not_lead_to_another_server()
    {
        await using var other = await PlainServer.StartAsync();
        await using var server = await Answering(context =>
        {
            context.Response.Redirect($"{other.Uri}api/v1/pods");
            return Task.CompletedTask;
        });
        await FluentActions.Awaiting(() => List(new ListQuery("0", null, null))).Should().ThrowAsync<ApiException>();
        other.Requests.Should().BeEmpty();
    }

    [Test]
    public async Task A_quiet_connection_is_probed_by_TCP()
    {
        await using var watch = Pods().WatchAsync(new WatchQuery("0", TimeSpan.FromMinutes(5)), CancellationToken.None).GetAsyncEnumerator();
        await Next(watch);
        const string keepAliveTimer = "02:";
        var peer = $"0100007F:{_cluster.Server.Uri.Port:X4}";
        new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[2].EndsWith(peer)).Should().NotBeEmpty()
            .And.OnlyContain(columns => columns[5].StartsWith(keepAliveTimer));
    }

    [Test]
    public async Task A_server_that_takes_no_notice_of_selectors_gives_no_other_objects()
    {
        await using var server = await Answering(context => PlainServer.Json(context, context.Request.Query.ContainsKey("watch")
            ? """
              {"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a","labels":{"log":"no"}}}}
              {"type":"MODIFIED","object":{"kind":"Pod","metadata":{"name":"b","labels":{"log":"prometheus"}}}}
              {"type":"MODIFIED","object":{"kind":"Pod","metadata":{"name":"b"}}}
              """u8.ToArray()
            : """{"kind":"PodList","metadata":{},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b","labels":{"log":"prometheus"}}}]}"""u8.ToArray()));
        (await List(new ListQuery("0", null, null))).Names.Should().Equal("b");
        await using var watch = Pods().WatchAsync(new WatchQuery("0", TimeSpan.FromMinutes(5)), CancellationToken.None).GetAsyncEnumerator();
        await Next(watch);
        foreach (var said in (string[])["Deleted a", "Modified b", "Deleted b"])
            (await Next(watch)).Should().Match<WatchEvent<Pod>>(each => $"{each.Type} {each.Object!.Metadata.Name}" == said);
    }

    [Test]
    public async Task A_redirect_is_not_followed_and_told()
    {
        _cluster.Server.Faults.Add(Fault.Reply.Text("", 302));
        (await FluentActions.Awaiting(() => List(new ListQuery("0", null, null))).Should().ThrowAsync<ApiException>())
            .Which.Code.Should().Be(HttpStatusCode.Found);
        _cluster.Server.Faults.Requests.Should().HaveCount(1);
    }

    /// <summary>Else a token that a login page is to get would be in the log.</summary>
    [TestCase("https://user:s3cret@login.test:8443/sign/in?token=s3cret#s3cret", "https://login.test:8443/sign/in")]
    [TestCase("//login.test/in?token=s3cret", "http://login.test/in")]
    [TestCase("/login?token=s3cret", "{server}/login")]
    [TestCase("login?token=s3cret", "{server}/api/v1/login")]
    [TestCase("?token=s3cret", "{server}/api/v1/pods")]
    public async Task Of_a_redirect_scheme_host_and_path_are_told(string location, string told)
    {
        await using var server = await Answering(context =>
        {
            context.Response.Redirect(location);
            return Task.CompletedTask;
        });
        (await FluentActions.Awaiting(() => List(new ListQuery("0", null, null))).Should().ThrowAsync<ApiException>())
            .Which.Message.Should().EndWith($" to {told.Replace("{server}", server.Uri.AbsoluteUri.TrimEnd('/'))}, which is not followed");
    }

    private ResourceApi<Pod> Pods() => new(_http, new Resources(Dialect.Kubernetes).Pods(LabelSelector.Parse("log=prometheus"), "").Single(), _time);

    /// <summary>Instead of the cluster's server.</summary>
    private async Task<PlainServer> Answering(Microsoft.AspNetCore.Http.RequestDelegate answer)
    {
        var server = await PlainServer.StartAsync();
        server.Answer = answer;
        _http.Dispose();
        _http = ApiClient.Create(Ways.To(server.Uri), "tests/1");
        return server;
    }

    private static async Task<WatchEvent<Pod>> Next(IAsyncEnumerator<WatchEvent<Pod>> watch) =>
        await watch.MoveNextAsync() ? watch.Current : throw new EndOfStreamException();

    private async Task<(List<string> Names, ListMeta End)> List(ListQuery query)
    {
        var names = new List<string>();
        ListMeta? end = null;
        await foreach (var part in Pods().ListAsync(query, CancellationToken.None))
        {
            if (part.Item is { } pod)
                names.Add(pod.Metadata.Name!);
            end = part.End;
        }

        return (names, end!);
    }
}

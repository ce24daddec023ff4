using System.Net.Sockets;
using Minik8s.ApiServer.Faults;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class FaultTests : ApiServerTest
{
    [Test]
    public async Task A_status_strikes_the_requests_it_is_meant_for_and_as_often_as_it_is_meant()
    {
        var rule = Server.Faults.Add(Fault.Reply.Status(503, retryAfter: "7"), r => r is { IsList: true, Resource: "pods" }, skip: 1, times: 2);

        var codes = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            codes.Add((await Api.Get("api/v1/pods")).Code);
            (await Api.Get("api/v1/nodes")).Code.Should().Be(200);
        }

        codes.Should().Equal(200, 503, 503, 200);
        rule.Matched.Should().Be(4);
    }

    [Test]
    public async Task A_status_comes_with_a_Status_and_Retry_After()
    {
        Server.Faults.Add(Fault.Reply.Status(429, message: "slow down", retryAfter: "3"));

        var refused = await Api.Get("api/v1/pods");

        refused.Code.Should().Be(429);
        refused.Reason.Should().Be("TooManyRequests");
        refused.Message.Should().Be("slow down");
        refused.Headers.RetryAfter!.ToString().Should().Be("3");
    }

    [Test]
    public async Task Any_bytes_can_be_the_answer()
    {
        Server.Faults.Add(Fault.Reply.Text("<html>login</html>", contentType: "text/html"));

        var answer = await Api.Get("api/v1/pods");

        answer.Code.Should().Be(200);
        answer.Text.Should().Be("<html>login</html>");
    }

    [Test]
    public async Task A_fault_ends_when_it_is_disposed_or_its_time_is_over()
    {
        using (Server.Faults.Add(Fault.Reply.Status(500)))
        {
            (await Api.Get("api/v1/pods")).Code.Should().Be(500);
        }

        (await Api.Get("api/v1/pods")).Code.Should().Be(200);
        Server.Faults.Add(Fault.Reply.Status(500), during: TimeSpan.FromMinutes(1));
        (await Api.Get("api/v1/pods")).Code.Should().Be(500);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await Api.Get("api/v1/pods")).Code.Should().Be(200);
    }

    [Test]
    public async Task A_refused_request_finds_its_connection_closed()
    {
        Server.Faults.Add(new Fault.Refuse(), times: 1);

        await Api.Invoking(api => api.Post(Pods, Pod("a"))).Should().ThrowAsync<HttpRequestException>();

        (await Api.Get("api/v1/pods")).Names.Should().BeEmpty();
    }

    [Test]
    public async Task A_delayed_request_is_answered_later_and_meets_the_next_fault_too()
    {
        Server.Faults.Add(new Fault.Delay(TimeSpan.FromSeconds(5)));
        Server.Faults.Add(Fault.Reply.Status(500));

        var answer = await AdvanceUntil(Api.Get("api/v1/pods"), TimeSpan.FromSeconds(1));

        answer.Code.Should().Be(500);
    }

    [Test]
    public async Task A_held_request_is_answered_when_it_is_released()
    {
        var released = new TaskCompletionSource();
        Server.Faults.Add(new Fault.HoldUntil(released.Task), r => r.Resource == "nodes");

        var held = Api.Get("api/v1/nodes");
        await Api.Get("api/v1/pods");
        held.IsCompleted.Should().BeFalse();
        released.SetResult();

        (await held).Code.Should().Be(200);
    }

    [Test]
    public async Task A_stalled_request_ends_with_the_fault()
    {
        var stall = Server.Faults.Add(new Fault.Stall(), r => r.Resource == "nodes");

        var stalled = Api.Get("api/v1/nodes");
        await Api.Get("api/v1/pods");
        stalled.IsCompleted.Should().BeFalse();
        stall.Dispose();

        await FluentActions.Awaiting(() => stalled).Should().ThrowAsync<HttpRequestException>();
    }

    [Test]
    public async Task A_watch_can_end_in_the_middle_of_a_frame()
    {
        Server.Faults.Add(new Fault.Cut(CutEnd.End, AfterFrames: 1, AfterBytes: 30), r => r.IsWatch);
        await Create(Pod("a"));
        await Create(Pod("b"));

        using var watch = await Api.Watch("api/v1/pods?watch=true");

        (await watch.NextAsync(1)).Should().Equal("ADDED a");
        (await watch.LineAsync()).Should().HaveLength(30);
        (await watch.LineAsync()).Should().BeNull();
    }

    [Test]
    public async Task A_watch_can_be_reset_in_the_middle_of_a_frame()
    {
        Server.Faults.Add(new Fault.Cut(CutEnd.Reset, AfterFrames: 1, AfterBytes: 30), r => r.IsWatch, times: 1);
        using var watch = await Api.Watch("api/v1/pods?watch=true");
        await Create(Pod("a"));
        (await watch.NextAsync(1)).Should().Equal("ADDED a");

        await Create(Pod("b"));

        await FluentActions.Awaiting(watch.LineAsync).Should().ThrowAsync<IOException>();
    }

    [Test]
    public async Task A_watch_can_end_having_said_nothing()
    {
        Server.Faults.Add(new Fault.Cut(CutEnd.End), r => r.IsWatch);

        using var watch = await Api.Watch("api/v1/pods?watch=true");

        watch.Code.Should().Be(200);
        (await watch.RestAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task A_watch_can_fall_silent_and_stay_open()
    {
        var stall = Server.Faults.Add(new Fault.Cut(CutEnd.Stall, AfterFrames: 1), r => r.IsWatch);
        using var watch = await Api.Watch("api/v1/pods?watch=true&timeoutSeconds=300");
        await Create(Pod("a"));
        (await watch.NextAsync(1)).Should().Equal("ADDED a");

        var next = watch.LineAsync();
        await Create(Pod("b"));
        Time.Advance(TimeSpan.FromSeconds(600));
        await Api.Get("api/v1/pods");
        next.IsCompleted.Should().BeFalse("not even its timeout ends it");
        stall.Dispose();

        await FluentActions.Awaiting(() => next).Should().ThrowAsync<IOException>();
    }

    [Test]
    public async Task Garbage_can_come_between_two_frames()
    {
        Server.Faults.Add(new Fault.Cut(CutEnd.GoOn, AfterFrames: 1, Insert: "garbage\n"u8.ToArray()), r => r.IsWatch);
        await Create(Pod("a"));
        await Create(Pod("b"));

        using var watch = await Api.Watch("api/v1/pods?watch=true");

        (await watch.NextAsync(1)).Should().Equal("ADDED a");
        (await watch.LineAsync()).Should().Be("garbage");
        (await watch.NextAsync(1)).Should().Equal("ADDED b");
    }

    [Test]
    public async Task A_list_can_be_truncated()
    {
        await Create(Pod("a"));
        var whole = (await Api.Get("api/v1/pods")).Text;
        Server.Faults.Add(new Fault.Cut(CutEnd.End, AfterBytes: 100), r => r.IsList);

        (await Api.Get("api/v1/pods")).Text.Should().Be(whole[..100]);
    }

    [Test]
    public async Task A_list_can_be_empty_once_while_all_else_is_as_it_should_be()
    {
        await Create(Pod("a"));
        var version = (await Create(Pod("b"))).Version;
        Server.Faults.Add(new Fault.EmptyList(), r => r is { IsList: true, Resource: "pods" }, times: 1);

        using var watch = await Api.Watch("api/v1/pods?watch=true");
        (await watch.NextAsync(2)).Should().Equal("ADDED a", "ADDED b");
        var lie = await Api.Get("api/v1/pods?limit=1");
        lie.Names.Should().BeEmpty();
        lie.Version.Should().Be(version);
        lie.Text.Should().StartWith("{\"kind\":\"PodList\"").And.NotContain("continue");
        (await Api.Get("api/v1/pods")).Names.Should().Equal("a", "b");
    }

    [Test]
    public async Task A_streaming_list_can_be_empty_too_and_what_changes_then_is_told()
    {
        await Create(Pod("a"));
        Server.Faults.Add(new Fault.EmptyList(), r => r.IsStreamingList, times: 1);
        const string streaming = "api/v1/pods?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";

        using var lie = await Api.Watch(streaming);
        await Create(Pod("b"));

        (await lie.NextAsync())!.Type.Should().Be("BOOKMARK");
        (await lie.NextAsync(1)).Should().Equal("ADDED b");
        using var truth = await Api.Watch(streaming);
        (await truth.NextAsync(2)).Should().Equal("ADDED a", "ADDED b");
    }

    [Test]
    public async Task An_answer_can_be_a_frame_far_too_long()
    {
        Server.Faults.Add(new Fault.Flood("{\"type\":\""u8.ToArray(), Length: 100_000), r => r.IsWatch, times: 1);

        using var watch = await Api.Watch("api/v1/pods?watch=true");

        (await watch.LineAsync()).Should().Be("{\"type\":\"" + new string('a', 100_000));
        (await watch.LineAsync()).Should().BeNull();
    }

    [Test]
    public async Task A_frame_without_an_end_ends_with_the_fault()
    {
        var flood = Server.Faults.Add(new Fault.Flood([]), r => r.IsList);
        var flooded = Api.Get("api/v1/pods");
        await Eventually.Holds(() => flood.Matched == 1, "the request has come");

        flood.Dispose();

        await FluentActions.Awaiting(() => flooded).Should().ThrowAsync<HttpRequestException>();
    }

    [Test]
    public async Task Open_watches_can_be_ended_or_reset_at_any_moment()
    {
        using var ended = await Api.Watch("api/v1/pods?watch=true");
        Server.Faults.EndWatches();
        (await ended.LineAsync()).Should().BeNull();

        using var reset = await Api.Watch("api/v1/pods?watch=true");
        Server.Faults.ResetConnections();
        await FluentActions.Awaiting(reset.LineAsync).Should().ThrowAsync<IOException>();
    }

    [Test]
    public async Task A_reset_reaches_also_what_was_open_before_the_watches_were_ended()
    {
        Server.Faults.Add(new Fault.Stall(), r => r.Resource == "nodes");
        var stalled = Api.Get("api/v1/nodes");
        await Eventually.Holds(() => Server.Faults.Requests.Count == 1, "the request has come");
        Server.Faults.EndWatches();
        await Api.Get("api/v1/pods");
        stalled.IsCompleted.Should().BeFalse();

        Server.Faults.ResetConnections();

        await FluentActions.Awaiting(() => stalled).Should().ThrowAsync<HttpRequestException>();
    }

    [Test]
    public async Task All_requests_are_recorded_with_their_time()
    {
        await Api.Get("api/v1/pods?limit=1");
        Time.Advance(TimeSpan.FromSeconds(3));
        using var watch = await Api.Watch("api/v1/nodes?watch=1");

        var seen = Server.Faults.Requests;

        seen.Select(r => r.ToString()).Should().Equal("GET /api/v1/pods?limit=1", "GET /api/v1/nodes?watch=1");
        seen.Select(r => (r.Resource, r.IsList, r.IsWatch)).Should().Equal(("pods", true, false), ("nodes", false, true));
        (seen[1].At - seen[0].At).Should().Be(TimeSpan.FromSeconds(3));
    }

    [Test]
    public async Task A_stopped_server_ends_its_watches_and_comes_back_on_the_same_port_with_its_state()
    {
        var version = (await Create(Pod("a"))).Version;
        using var watch = await Api.Watch($"api/v1/pods?watch=true&resourceVersion={version}");

        await Server.StopAsync();
        (await watch.LineAsync()).Should().BeNull();
        (await Api.Invoking(api => api.Get("api/v1/pods")).Should().ThrowAsync<HttpRequestException>())
            .Which.InnerException.Should().BeOfType<SocketException>();
        await Server.StartAgainAsync();

        using var resumed = await Api.Watch($"api/v1/pods?watch=true&resourceVersion={version}");
        await Create(Pod("b"));
        (await resumed.NextAsync(1)).Should().Equal("ADDED b");
    }

    [Test]
    public async Task A_server_can_come_back_from_an_older_backup_and_gives_versions_a_second_time()
    {
        await Create(Pod("a"));
        var backup = Server.Store.Current;
        var lost = (await Create(Pod("b"))).Version;

        await Server.KillAsync();
        await Server.StartAgainAsync(backup);

        (await Api.Get("api/v1/pods")).Names.Should().Equal("a");
        (await Create(Pod("c"))).Version.Should().Be(lost);
        using var watch = await Api.Watch($"api/v1/pods?watch=true&resourceVersion={backup.Version}");
        (await watch.NextAsync(1)).Should().Equal("ADDED c");
    }

    [Test]
    public async Task A_killed_server_resets_its_watches_and_can_come_back_empty()
    {
        await Create(Pod("a"));
        var version = (await Create(Pod("b"))).Version;
        using var watch = await Api.Watch($"api/v1/pods?watch=true&resourceVersion={version}");

        await Server.KillAsync();
        await FluentActions.Awaiting(watch.LineAsync).Should().ThrowAsync<IOException>();
        await Server.StartAgainAsync(keepState: false);

        (await Api.Get("api/v1/pods")).Names.Should().BeEmpty();
        (await Api.Get($"api/v1/pods?resourceVersion={version}")).Code.Should().Be(504, "the client has seen a later version than there is");
    }
}

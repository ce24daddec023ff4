using Microsoft.Extensions.Time.Testing;
using Minik8s.ApiServer;
using Minik8s.ApiServer.Resources;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class WatchTests : ApiServerTest
{
    [Test]
    public async Task A_watch_from_the_version_of_a_list_tells_what_came_after_it()
    {
        await Create(Pod("old"));
        var list = await Api.Get("api/v1/pods");
        await Create(Pod("between"));
        using var watch = await Api.Watch($"api/v1/pods?watch=true&resourceVersion={list.Version}");
        await Api.Merge(Pods + "/old", """{"metadata":{"labels":{"a":"1"}}}""");
        await Api.Delete(Pods + "/between");

        (await watch.NextAsync(3)).Should().Equal("ADDED between", "MODIFIED old", "DELETED between");
    }

    [Test]
    public async Task Frames_carry_whole_objects_and_a_deletion_carries_its_own_version()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=1");
        var created = await Create(Pod("web"));
        var deleted = await Api.Delete(Pods + "/web");

        var added = await watch.NextAsync();
        var gone = await watch.NextAsync();

        added!.Object.ToJsonString().Should().Be(created.Body.ToJsonString());
        gone!.Version.Should().Be(long.Parse(created.Version) + 1);
        gone.Object.ToJsonString().Should().Be(deleted.Body.ToJsonString());
    }

    [TestCase("")]
    [TestCase("&resourceVersion=0")]
    [TestCase("&resourceVersion=")]
    public async Task Without_a_version_a_watch_begins_with_what_there_is(string version)
    {
        await Create(Pod("b"));
        await Create(Pod("a"));

        using var watch = await Api.Watch("api/v1/pods?watch=true" + version);
        await Create(Pod("c"));

        (await watch.NextAsync(3)).Should().Equal("ADDED a", "ADDED b", "ADDED c");
    }

    [Test]
    public async Task An_object_that_enters_the_selection_is_added_and_one_that_leaves_it_is_deleted()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true&labelSelector=log%3Dprometheus&fieldSelector=status.phase%3DRunning");
        await Create(Pod("web", "\"log\":\"prometheus\""));
        await Api.Merge(Pods + "/web/status", """{"status":{"phase":"Running"}}""");
        await Api.Merge(Pods + "/web", """{"metadata":{"annotations":{"a":"1"}}}""");
        var left = await Api.Merge(Pods + "/web", """{"metadata":{"labels":{"log":null}}}""");
        await Api.Merge(Pods + "/web", """{"metadata":{"annotations":{"a":"2"}}}""");
        await Api.Merge(Pods + "/web", """{"metadata":{"labels":{"log":"prometheus"}}}""");

        (await watch.NextAsync(2)).Should().Equal("ADDED web", "MODIFIED web");
        var deleted = await watch.NextAsync();
        deleted!.Type.Should().Be("DELETED");
        deleted.Version.Should().Be(long.Parse(left.Version), "a client resumes after the change that took the object away");
        deleted.Object["metadata"]!["labels"]!["log"]!.GetValue<string>().Should().Be("prometheus", "it shows the last state that was selected");
        (await watch.NextAsync(1)).Should().Equal("ADDED web");
    }

    [Test]
    public async Task A_watch_of_a_namespace_or_a_name_tells_of_nothing_else()
    {
        using var space = await Api.Watch("api/v1/namespaces/team-a/pods?watch=true");
        using var name = await Api.Watch("api/v1/pods?watch=true&fieldSelector=metadata.name%3Dy");
        await Create(Pod("x"));
        await Create(Pod("y"));
        await Create(Pod("z"), "api/v1/namespaces/team-a/pods");
        await Create("""{"metadata":{"name":"n1"}}""", "api/v1/nodes");
        await Create(Pod("y"), "api/v1/namespaces/team-a/pods");

        (await space.NextAsync(2)).Should().Equal("ADDED z", "ADDED y");
        (await name.NextAsync(2)).Should().Equal("ADDED y", "ADDED y");
    }

    [Test]
    public async Task A_streaming_list_ends_with_the_bookmark_that_says_so_and_goes_on()
    {
        await Create(Pod("a"));
        var list = await Api.Get("api/v1/pods");

        using var watch = await Api.Watch("api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        await Create(Pod("b"));

        (await watch.NextAsync(1)).Should().Equal("ADDED a");
        var end = await watch.NextAsync();
        end!.Type.Should().Be("BOOKMARK");
        end.Object.ToJsonString().Should().Be(
            $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"{{{list.Version}}}","annotations":{"k8s.io/initial-events-end":"true"}},"spec":{"containers":null},"status":{}}""");
        (await watch.NextAsync(1)).Should().Equal("ADDED b");
    }

    [Test]
    public async Task A_watch_that_wants_no_initial_events_begins_now()
    {
        await Create(Pod("a"));

        using var watch = await Api.Watch("api/v1/pods?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan");
        await Create(Pod("b"));

        (await watch.NextAsync(1)).Should().Equal("ADDED b");
    }

    [Test]
    public async Task A_watch_ends_in_good_order_when_its_time_is_over()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true&timeoutSeconds=300");
        await Create(Pod("a"));
        (await watch.NextAsync(1)).Should().Equal("ADDED a");

        Time.Advance(TimeSpan.FromSeconds(300));

        (await watch.NextAsync()).Should().BeNull();
    }

    [Test]
    public async Task Bookmarks_come_at_their_interval_and_at_the_end_with_the_version_that_was_reached()
    {
        using var watch = await Api.Watch("api/v1/nodes?watch=true&allowWatchBookmarks=true&timeoutSeconds=90");
        var pod = await Create(Pod("unseen"));

        Time.Advance(TimeSpan.FromSeconds(60));
        var first = await watch.NextAsync();
        Time.Advance(TimeSpan.FromSeconds(30));
        var last = await watch.NextAsync();

        first!.Type.Should().Be("BOOKMARK");
        first.Version.Should().Be(long.Parse(pod.Version), "also changes that the watch does not show move it on");
        first.Object["kind"]!.GetValue<string>().Should().Be("Node");
        last!.Type.Should().Be("BOOKMARK");
        (await watch.NextAsync()).Should().BeNull();
    }

    [Test]
    public async Task Without_leave_no_bookmark_comes()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true&timeoutSeconds=300");

        Time.Advance(TimeSpan.FromSeconds(300));

        (await watch.RestAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task A_watch_from_a_version_that_has_not_come_says_nothing_until_then()
    {
        var now = long.Parse((await Api.Get("api/v1/pods")).Version);
        using var watch = await Api.Watch($"api/v1/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion={now + 1}");
        await Create(Pod("too-early"));
        await Create(Pod("after"));

        (await watch.NextAsync(1)).Should().Equal("ADDED after");
    }

    [Test]
    public async Task A_watch_from_a_version_that_has_not_come_gets_no_bookmark()
    {
        var now = long.Parse((await Api.Get("api/v1/pods")).Version);
        using var watch = await Api.Watch($"api/v1/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion={now + 100}");

        Time.Advance(TimeSpan.FromSeconds(60));
        Time.Advance(TimeSpan.FromSeconds(30));

        (await watch.RestAsync()).Should().BeEmpty("a client would resume from there and miss what comes before");
    }

    [Test]
    public async Task A_bookmark_says_the_version_that_was_sent_not_the_one_that_was_reached()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true&allowWatchBookmarks=true");
        // Far more than the sockets between them hold: the watch is stuck in the middle when its bookmark falls due.
        PutLarge(0, 300);
        Time.Advance(TimeSpan.FromSeconds(60));

        var frames = new List<WatchFrame>();
        while (frames.LastOrDefault()?.Name != "p299")
        {
            frames.Add((await watch.NextAsync())!);
        }

        frames.Select(frame => frame.Type).Should().Contain("BOOKMARK");
        frames.Select(frame => frame.Version).Should().BeInAscendingOrder();
    }

    [Test]
    public async Task A_streaming_list_goes_on_from_the_state_that_it_listed()
    {
        PutLarge(0, 300);
        using var watch = await Api.Watch("api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        (await watch.NextAsync(1)).Should().Equal("ADDED p000");

        // The list has begun and cannot go on, for nobody reads it.
        await Create(Pod("between"));
        var frames = new List<WatchFrame>();
        while (frames.LastOrDefault()?.Name != "between")
        {
            frames.Add((await watch.NextAsync())!);
        }

        frames.Select(frame => frame.ToString()).TakeLast(2).First().Should().StartWith("BOOKMARK");
    }

    [Test]
    public async Task A_watch_that_is_refused_leaves_no_timer_behind()
    {
        var time = new CountingTime();
        await using var server = await ApiServerHost.StartAsync(new ApiServerOptions { TimeProvider = time });
        using var api = new ApiClient(server.Uri);
        server.Registry.Put(ResourceKind.Nodes, """{"metadata":{"name":"n1"}}""");
        server.Store.Compact();

        await api.Get("api/v1/pods?watch=true&resourceVersion=1&allowWatchBookmarks=true");
        await api.Get("api/v1/pods?watch=true&resourceVersion=999&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");

        time.Running.Should().Be(0);
    }

    [Test]
    public async Task The_headers_can_be_held_until_the_first_event()
    {
        Server.Faults.Add(new Minik8s.ApiServer.Faults.Fault.HoldHeaders());
        var opening = Api.Watch("api/v1/pods?watch=true");
        // Another request has gone all the way while the watch still waits for its headers.
        await Api.Get("api/v1/pods");
        opening.IsCompleted.Should().BeFalse();

        await Create(Pod("a"));

        using var watch = await opening;
        (await watch.NextAsync(1)).Should().Equal("ADDED a");
    }

    /// <summary>Pods p000, p001, .. of 100 kB each.</summary>
    private void PutLarge(int from, int to)
    {
        var much = new string('x', 100_000);
        for (var i = from; i < to; i++)
        {
            Server.Registry.Put(ResourceKind.Pods, $$$"""{"metadata":{"name":"p{{{i:000}}}"},"spec":{"x":"{{{much}}}"} }""");
        }
    }

    /// <summary>Knows how many timers have been made and not disposed of.</summary>
    private sealed class CountingTime : FakeTimeProvider
    {
        private int _running;

        public int Running => Volatile.Read(ref _running);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _running);
            return new Counted(base.CreateTimer(callback, state, dueTime, period), () => Interlocked.Decrement(ref _running));
        }

        private sealed class Counted(ITimer inner, Action disposed) : ITimer
        {
            private Action? _disposed = disposed;

            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose()
            {
                inner.Dispose();
                Interlocked.Exchange(ref _disposed, null)?.Invoke();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}

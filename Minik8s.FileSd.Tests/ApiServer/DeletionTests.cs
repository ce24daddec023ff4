using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Minik8s.ApiServer;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class DeletionTests : ApiServerTest
{
    private const string Web = Pods + "/web";

    [Test]
    public async Task A_running_pod_is_marked_and_goes_after_its_grace_period()
    {
        await Create(RunningPod("web", ",\"terminationGracePeriodSeconds\":20"));
        using var watch = await Api.Watch("api/v1/pods?watch=true&fieldSelector=metadata.name%3Dweb");
        await watch.NextAsync();

        var deleted = await Api.Delete(Web);
        var marked = await watch.NextAsync();
        Time.Advance(TimeSpan.FromSeconds(20));
        var gone = await watch.NextAsync();

        deleted.Code.Should().Be(200);
        deleted.Metadata["deletionTimestamp"]!.GetValue<string>().Should().Be("2026-01-02T03:04:25Z");
        deleted.Metadata["deletionGracePeriodSeconds"]!.GetValue<int>().Should().Be(20);
        deleted.Metadata["generation"]!.GetValue<int>().Should().Be(2);
        marked!.Type.Should().Be("MODIFIED");
        gone!.Type.Should().Be("DELETED");
        (await Api.Get(Web)).Code.Should().Be(404);
    }

    [TestCase("", null, 30)]
    [TestCase("?gracePeriodSeconds=7", null, 7)]
    [TestCase("", """{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":5}""", 5)]
    public async Task The_grace_period_is_the_callers_or_the_pods_or_thirty_seconds(string query, string? body, int seconds)
    {
        await Create(RunningPod("web"));

        (await Api.Delete(Web + query, body)).Metadata["deletionGracePeriodSeconds"]!.GetValue<int>().Should().Be(seconds);
    }

    [Test]
    public async Task Grace_zero_removes_at_once_also_what_is_terminating()
    {
        await Create(RunningPod("web"));
        await Api.Delete(Web);

        (await Api.Delete(Web + "?gracePeriodSeconds=0")).Code.Should().Be(200);

        (await Api.Get(Web)).Code.Should().Be(404);
    }

    [Test]
    public async Task A_second_deletion_can_shorten_the_period_but_not_prolong_it()
    {
        await Create(RunningPod("web"));
        var first = await Api.Delete(Web);

        var longer = await Api.Delete(Web + "?gracePeriodSeconds=60");
        var shorter = await Api.Delete(Web + "?gracePeriodSeconds=10");
        Time.Advance(TimeSpan.FromSeconds(10));

        longer.Version.Should().Be(first.Version);
        shorter.Metadata["deletionTimestamp"]!.GetValue<string>().Should().Be("2026-01-02T03:04:15Z");
        (await Api.Get(Web)).Code.Should().Be(404);
    }

    [Test]
    public async Task A_pod_of_the_same_name_that_came_later_outlives_the_period()
    {
        await Create(RunningPod("web"));
        await Api.Delete(Web);
        await Api.Delete(Web + "?gracePeriodSeconds=0");
        await Create(RunningPod("web"));

        Time.Advance(TimeSpan.FromMinutes(5));

        (await Api.Get(Web)).Code.Should().Be(200);
    }

    [TestCase("", "Pending")]
    [TestCase("\"nodeName\":\"n1\"", "Succeeded")]
    [TestCase("\"nodeName\":\"n1\"", "Failed")]
    public async Task A_pod_that_cannot_be_running_goes_at_once(string spec, string phase)
    {
        await Create(Pod("web", spec: spec, status: $"\"phase\":\"{phase}\""));

        (await Api.Delete(Web)).Body["kind"]!.GetValue<string>().Should().Be("Pod");

        (await Api.Get(Web)).Code.Should().Be(404);
    }

    [Test]
    public async Task A_node_goes_at_once_and_the_answer_is_a_Status_of_success()
    {
        await Create("""{"metadata":{"name":"n1"}}""", "api/v1/nodes");

        var deleted = await Api.Delete("api/v1/nodes/n1");

        deleted.Body["status"]!.GetValue<string>().Should().Be("Success");
        deleted.Body["details"]!["name"]!.GetValue<string>().Should().Be("n1");
        (await Api.Delete("api/v1/nodes/n1")).Code.Should().Be(404);
    }

    [Test]
    public async Task Preconditions_are_honoured()
    {
        var created = await Create(Pod("web"));
        var uid = created.Metadata["uid"]!.GetValue<string>();

        (await Api.Delete(Web, """{"preconditions":{"uid":"other"}}""")).Code.Should().Be(409);
        (await Api.Delete(Web, """{"preconditions":{"resourceVersion":"1"}}""")).Code.Should().Be(409);
        (await Api.Delete(Web, $$$"""{"preconditions":{"uid":"{{{uid}}}"}}""")).Code.Should().Be(200);
    }

    [Test]
    public async Task A_collection_is_deleted_by_selector()
    {
        await Create(Pod("a", "\"x\":\"1\""));
        await Create(Pod("b"));

        (await Api.Delete(Pods + "?labelSelector=x")).Names.Should().Equal("a");

        (await Api.Get(Pods)).Names.Should().Equal("b");
    }

    [Test]
    public async Task A_namespace_takes_its_pods_along()
    {
        await Create(RunningPod("web"), "api/v1/namespaces/team-a/pods");

        await Api.Delete("api/v1/namespaces/team-a");

        (await Api.Get("api/v1/pods")).Names.Should().BeEmpty();
    }

    [Test]
    public async Task A_namespace_leaves_the_pods_of_others_whose_names_begin_like_its_own()
    {
        await Create(Pod("web"), "api/v1/namespaces/a/pods");
        await Create(Pod("stays"), "api/v1/namespaces/a-b/pods");
        await Create(Pod("stays-too"), "api/v1/namespaces/ab/pods");

        await Api.Delete("api/v1/namespaces/a");

        (await Api.Get("api/v1/pods")).Names.Should().Equal("stays", "stays-too");
        (await Api.Get("api/v1/namespaces/a/pods")).Names.Should().BeEmpty();
    }

    [Test]
    public async Task No_pod_is_left_without_its_namespace_however_they_meet()
    {
        var store = new Store(100_000);
        var registry = new Registry(store, Time);
        using var deletion = new Deletion(store, registry, Time);
        var creating = Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                registry.Create(ResourceKind.Pods, "brief", Named($"p{writer}-{i}"));
            }
        })));
        while (!creating.IsCompleted)
        {
            registry.EnsureNamespace("brief");
            deletion.Delete(ResourceKind.Namespaces, "", "brief", DeleteOptions.Forced);
        }

        await creating;
        var events = new StoreEvent[100_000];
        foreach (var written in events.Take(store.Read(0, events)))
        {
            var alone = written.After.Range(ResourceKind.Pods, "brief").Any()
                && written.After.Find(ResourceKind.Namespaces, "brief") is null;
            alone.Should().BeFalse($"at version {written.Version} no pod may be without its namespace");
        }
    }

    [Test]
    public async Task Of_two_deletions_the_later_one_sets_the_clock_whichever_arms_it_first()
    {
        var meeting = new MeetingTime();
        await using var server = await ApiServerHost.StartAsync(new ApiServerOptions { TimeProvider = meeting });
        server.Registry.Put(ResourceKind.Pods, """{"metadata":{"name":"web"},"spec":{"nodeName":"n1"},"status":{"phase":"Running"}}""");
        meeting.BeforeTimer = () => server.Deletion.Delete(ResourceKind.Pods, "default", "web", new DeleteOptions(10));

        server.Deletion.Delete(ResourceKind.Pods, "default", "web", new DeleteOptions(30));
        meeting.Advance(TimeSpan.FromSeconds(10));

        server.Store.Current.Find(ResourceKind.Pods, "default/web").Should().BeNull();
    }

    private static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    /// <summary>Lets something happen between a deletion and its timer.</summary>
    private sealed class MeetingTime : FakeTimeProvider
    {
        public Action? BeforeTimer { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var act = BeforeTimer;
            BeforeTimer = null;
            act?.Invoke();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}

using System.Text.Json.Nodes;
using Minik8s.ApiServer;
using Minik8s.ApiServer.Resources;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class ExpiryTests : ApiServerTest
{
    protected override ApiServerOptions Options => base.Options with { History = 4 };

    [Test]
    public async Task A_watch_from_a_compacted_version_is_told_410_in_an_ERROR_event()
    {
        await Create(Pod("a"));
        Server.Store.Compact();

        using var watch = await Api.Watch("api/v1/pods?watch=true&resourceVersion=1");
        var frames = await watch.RestAsync();

        watch.Code.Should().Be(200);
        frames.Should().ContainSingle();
        frames[0].Type.Should().Be("ERROR");
        frames[0].Object["code"]!.GetValue<int>().Should().Be(410);
        frames[0].Object["reason"]!.GetValue<string>().Should().Be("Expired");
    }

    [Test]
    public async Task A_watch_from_a_compacted_version_can_be_told_410_as_a_status()
    {
        await using var server = await ApiServerHost.StartAsync(Options with { ExpiredAsStatus = true });
        using var api = new ApiClient(server.Uri);
        await api.Post(Pods, Pod("a"));
        server.Store.Compact();

        var refused = await api.Get("api/v1/pods?watch=true&resourceVersion=1");

        refused.Code.Should().Be(410);
        refused.Reason.Should().Be("Expired");
        refused.Message.Should().Be("too old resource version: 1 (2)");
    }

    [Test]
    public async Task The_present_version_can_be_watched_after_a_compaction()
    {
        var created = await Create(Pod("a"));
        Server.Store.Compact();

        using var watch = await Api.Watch($"api/v1/pods?watch=true&resourceVersion={created.Version}");
        await Create(Pod("b"));

        (await watch.NextAsync(1)).Should().Equal("ADDED b");
    }

    [Test]
    public async Task The_history_is_bounded_and_forgets_the_oldest_events()
    {
        var versions = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            versions.Add((await Create(Pod($"p{i}"))).Version);
        }

        using var within = await Api.Watch($"api/v1/pods?watch=true&resourceVersion={versions[1]}");
        using var beyond = await Api.Watch($"api/v1/pods?watch=true&resourceVersion={versions[0]}");

        (await within.NextAsync(4)).Should().Equal("ADDED p2", "ADDED p3", "ADDED p4", "ADDED p5");
        (await beyond.NextAsync(1)).Should().Equal("ERROR 410");
    }

    [Test]
    public async Task A_watcher_that_does_not_read_holds_nobody_up_and_is_told_410_when_it_does()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true");
        var much = new string('x', 500_000);

        // Far more than the sockets between them hold, and far more events than are remembered.
        for (var i = 0; i < 60; i++)
        {
            Server.Registry.Create(ResourceKind.Pods, "default", (JsonObject)JsonNode.Parse(Pod($"p{i}", spec: $"\"x\":\"{much}\""))!);
        }

        var frames = await watch.RestAsync();
        frames.Should().HaveCountLessThan(60);
        frames[^1].ToString().Should().Be("ERROR 410");
        frames.SkipLast(1).Select(frame => frame.Name).Should().Equal(Enumerable.Range(0, frames.Count - 1).Select(i => $"p{i}"));
    }

    [Test]
    public async Task A_list_of_a_version_that_has_not_come_is_a_504_that_says_when_to_come_back()
    {
        var refused = await Api.Get("api/v1/pods?resourceVersion=999");

        refused.Code.Should().Be(504);
        refused.Headers.RetryAfter!.ToString().Should().Be("1");
        refused.Body["details"]!["causes"]![0]!["reason"]!.GetValue<string>().Should().Be("ResourceVersionTooLarge");
    }

    [Test]
    public async Task A_streaming_list_of_a_version_that_has_not_come_is_an_ERROR_event()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=999");

        var frames = await watch.RestAsync();

        frames.Should().ContainSingle();
        frames[0].Object["code"]!.GetValue<int>().Should().Be(504);
    }
}

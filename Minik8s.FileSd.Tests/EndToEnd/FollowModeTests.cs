using Microsoft.AspNetCore.Http.Extensions;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The daemon, with no flag set for it, behind servers that have a watch, a long-poll, or neither.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class FollowModeTests
{
    /// <summary>Requests of both kinds together in the first seconds: lists, tries of a watch and of a long-poll, first polls.</summary>
    private const int Handful = 12;

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private TestCluster _cluster = null!;
    private PlainServer _server = null!;

    [SetUp]
    public async Task SetUp()
    {
        _cluster = await TestCluster.StartAsync();
        _cluster.AddNode("worker-1", "127.0.1.1");
        _cluster.AddPod("p1", "127.0.2.1");
        _server = await PlainServer.StartAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _server.DisposeAsync();
        await _cluster.DisposeAsync();
        _http.Dispose();
    }

    [TestCase("watch")]
    [TestCase("long_poll")]
    [TestCase("poll")]
    public async Task Any_server_is_followed_with_no_flag_set(string mode)
    {
        Has(mode);
        using var web = new EndpointClient();
        await using var daemon = Daemon.Follow(_server.Uri, _cluster.Folder, web.Flag);
        await TestCluster.UntilTargets(_cluster.PodsFile, "127.0.2.1:2112");
        await TestCluster.UntilTargets(_cluster.NodesFile, "127.0.1.1:9100");
        await web.UntilReady();
        _cluster.AddPod("p2", "127.0.2.2");
        await TestCluster.UntilTargets(_cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
        _server.Requests.Should().HaveCountLessThan(Handful);
        await UntilFollowed(web, mode);
        _cluster.DeletePod("p1");
        await TestCluster.UntilTargets(_cluster.PodsFile, "127.0.2.2:2112");
        daemon.Logged(204).Should().Be(0, "none of this is a fault");
        await daemon.UntilLogged(210, mode switch { "watch" => "by a watch", "poll" => "by polling every 5 s: the server has no watch (it answers one with", _ => "by long-polls" }, times: mode == "watch" ? 1 : 2);
        daemon.Logged(210, "poll").Should().Be(mode == "watch" ? 0 : 2);
    }

    [TestCase("watch", "long_poll")]
    [TestCase("watch", "poll")]
    [TestCase("long_poll", "poll")]
    [TestCase("poll", "watch")]
    [TestCase("long_poll", "watch")]
    public async Task A_server_that_changes_from_one_to_the_other_while_it_is_followed_goes_on_being_followed(string before, string after)
    {
        Has(before);
        using var web = new EndpointClient();
        await using var daemon = Daemon.Follow(_server.Uri, _cluster.Folder, web.Flag, "--api.poll-interval", "200ms", "--api.relist-interval", "2s");
        await TestCluster.UntilTargets(_cluster.PodsFile, "127.0.2.1:2112");
        await UntilFollowed(web, before);
        Has(after);
        _cluster.Server.Faults.ResetConnections();
        await UntilFollowed(web, after);
        _cluster.AddPod("p2", "127.0.2.2");
        await TestCluster.UntilTargets(_cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
        _cluster.DeletePod("p1");
        await TestCluster.UntilTargets(_cluster.PodsFile, "127.0.2.2:2112");
    }

    [Test]
    public async Task Only_a_watch_is_followed_where_only_that_is_wanted()
    {
        Has("poll");
        await using var daemon = Daemon.Follow(_server.Uri, _cluster.Folder, "--api.follow", "watch");
        await TestCluster.UntilTargets(_cluster.PodsFile, "127.0.2.1:2112");
        await daemon.UntilLogged(204, "--api.follow watch wants a watch, and the server has none", times: 2);
        daemon.Logged(206).Should().Be(0, "that a watch opens, of which a list comes, is no recovery");
        daemon.Logged(210, "poll").Should().Be(0);
    }

    private static Task UntilFollowed(EndpointClient web, string mode) => Eventually.Holds(
        async () => (await web.ScrapeAsync())[$"stream_follows{{resource=\"pods\",dialect=\"kubernetes\",mode=\"{mode}\"}}"] == 1, $"it is followed by {mode}");

    /// <summary>From now on the server has this, and what is less. Where it has no watch it takes no notice of being asked for one.</summary>
    private void Has(string mode) => _server.Answer = async context =>
    {
        var query = context.Request.Query.Where(pair => (mode, pair.Key) is not (("long_poll" or "poll"), "watch" or "allowWatchBookmarks"))
            .Where(pair => mode != "poll" || pair.Key != "timeoutSeconds");
        if (mode == "long_poll" && context.Request.Query.ContainsKey("watch"))
            query = query.Where(pair => pair.Key != "timeoutSeconds");
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(_cluster.Server.Uri, context.Request.Path + new QueryBuilder(query.SelectMany(
                pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value!))).ToString()));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            await context.Response.StartAsync(context.RequestAborted);
            await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
            var bytes = new byte[16 * 1024];
            while (await body.ReadAsync(bytes, context.RequestAborted) is > 0 and var count)
            {
                await context.Response.Body.WriteAsync(bytes.AsMemory(0, count), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or OperationCanceledException)
        {
            context.Abort();
        }
    };
}

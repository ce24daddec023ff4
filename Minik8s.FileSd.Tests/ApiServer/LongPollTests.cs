using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class LongPollTests : ApiServerTest
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public async Task A_newer_list_is_answered_as_soon_as_there_is_one()
    {
        var version = (await Create(Pod("a"))).Version;

        var poll = Api.Get($"api/v1/pods?resourceVersion={version}&timeoutSeconds=30");
        await Create("""{"metadata":{"name":"n1"}}""", "api/v1/nodes");
        await Create(Pod("b"));
        var answer = await poll;

        answer.Code.Should().Be(200);
        answer.Names.Should().Equal("a", "b");
    }

    [Test]
    public async Task A_list_that_is_newer_already_is_answered_at_once()
    {
        var version = (await Create(Pod("a"))).Version;
        await Api.Delete(Pods + "/a");

        (await Api.Get($"api/v1/pods?resourceVersion={version}&timeoutSeconds=30")).Names.Should().BeEmpty();
    }

    [Test]
    public async Task At_the_timeout_the_answer_is_304_without_a_body()
    {
        var version = (await Create(Pod("a"))).Version;

        var answer = await AdvanceUntil(Api.Get($"api/v1/pods?resourceVersion={version}&timeoutSeconds=30"), Second);

        answer.Code.Should().Be(304);
        answer.Text.Should().BeEmpty();
    }

    [Test]
    public async Task A_server_that_ends_its_watches_answers_304()
    {
        var version = (await Create(Pod("a"))).Version;
        using var watch = await Api.Watch("api/v1/pods?watch=true");
        await watch.NextAsync();
        var poll = Api.Get($"api/v1/pods?resourceVersion={version}&timeoutSeconds=30");
        await Eventually.Holds(() => Server.Faults.Requests.Count == 3, "the poll has come");

        Server.Faults.EndWatches();

        (await poll).Code.Should().Be(304);
        (await watch.LineAsync()).Should().BeNull();
    }

    [Test]
    public async Task Changes_outside_the_selection_are_not_news()
    {
        var version = (await Create(Pod("a", "\"log\":\"x\""))).Version;
        await Create(Pod("b"));
        await Create(Pod("c", "\"log\":\"x\""), "api/v1/namespaces/other/pods");

        var quiet = await AdvanceUntil(Api.Get($"{Pods}?labelSelector=log&resourceVersion={version}&timeoutSeconds=30"), Second);
        await Api.Merge(Pods + "/a", """{"metadata":{"labels":{"log":null}}}""");
        var left = await Api.Get($"{Pods}?labelSelector=log&resourceVersion={version}&timeoutSeconds=30");

        quiet.Code.Should().Be(304);
        left.Names.Should().BeEmpty("leaving the selection changes the list");
    }

    [Test]
    public async Task A_version_that_is_not_in_the_history_is_answered_at_once()
    {
        await Create(Pod("a"));
        Server.Store.Compact();

        (await Api.Get("api/v1/pods?resourceVersion=1&timeoutSeconds=30")).Names.Should().Equal("a");
        (await Api.Get("api/v1/pods?resourceVersion=999&timeoutSeconds=30")).Names.Should().Equal("a");
    }

    [Test]
    public async Task Only_both_parameters_together_make_a_long_poll()
    {
        var version = (await Create(Pod("a"))).Version;

        (await Api.Get($"api/v1/pods?resourceVersion={version}")).Names.Should().Equal("a");
        (await Api.Get("api/v1/pods?timeoutSeconds=30")).Names.Should().Equal("a");
        (await Api.Get("api/v1/pods?resourceVersion=0&timeoutSeconds=30")).Names.Should().Equal("a");
    }
}

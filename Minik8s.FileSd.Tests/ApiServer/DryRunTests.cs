namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class DryRunTests : ApiServerTest
{
    private const string Web = Pods + "/web";

    [TestCase("dryRun=foo")]
    [TestCase("dryRun=All&dryRun=foo")]
    public async Task A_dry_run_of_an_unknown_kind_is_a_422_and_writes_nothing(string query)
    {
        await Create(RunningPod("web"));
        var before = (await Api.Get(Pods)).Version;

        (await Api.Post($"{Pods}?{query}", Pod("other"))).Code.Should().Be(422);
        (await Api.Put($"{Web}?{query}", Pod("web", "\"a\":\"1\""))).Code.Should().Be(422);
        (await Api.Merge($"{Web}?{query}", """{"metadata":{"labels":{"a":"1"}}}""")).Code.Should().Be(422);
        (await Api.Delete($"{Web}?{query}")).Code.Should().Be(422);
        (await Api.Delete($"{Pods}?{query}")).Code.Should().Be(422);
        (await Api.Get(Pods)).Version.Should().Be(before);
    }

    [TestCase("dryRun=All")]
    [TestCase("dryRun=All&dryRun=All")]
    public async Task A_dry_run_answers_and_writes_nothing(string query)
    {
        await Create(RunningPod("web"));
        var before = (await Api.Get(Pods)).Version;

        var created = await Api.Post($"{Pods}?{query}", Pod("other"));
        created.Code.Should().Be(201);
        created.Metadata.ContainsKey("resourceVersion").Should().BeFalse("it has none as long as it is not stored");
        created.Metadata["name"]!.GetValue<string>().Should().Be("other");
        created.Metadata.ContainsKey("creationTimestamp").Should().BeTrue();
        (await Api.Merge($"{Web}?{query}", """{"metadata":{"labels":{"a":"1"}}}""")).Text.Should().Contain("\"a\":\"1\"");
        (await Api.Delete($"{Web}?{query}")).Code.Should().Be(200);
        (await Api.Get(Pods)).Version.Should().Be(before);
    }

    [TestCase("""{"dryRun":["All"]}""", 200)]
    [TestCase("""{"dryRun":["foo"]}""", 422)]
    [TestCase("""{"dryRun":"All"}""", 422)]
    [TestCase("""{"dryRun":[1]}""", 422)]
    public async Task The_body_of_a_deletion_can_ask_for_a_dry_run_in_the_same_words(string body, int code)
    {
        await Create(Pod("web"));

        (await Api.Delete(Web, body)).Code.Should().Be(code);

        (await Api.Get(Web)).Code.Should().Be(200);
    }
}

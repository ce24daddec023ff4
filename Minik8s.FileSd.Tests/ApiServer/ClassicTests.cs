using System.Text.Json.Nodes;
using Minik8s.ApiServer.Faults;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>What the address of the original Minik8s serves, and what it does not.</summary>
internal sealed class ClassicTests : ClassicTest
{
    [TestCase("api/node")]
    [TestCase("api/pod")]
    [TestCase("api/get/allpods")]
    public async Task An_empty_list_is_null_as_recorded(string path) =>
        Same(await Raw(HttpMethod.Get, path), Recorded("raw-empty.http"));

    [Test]
    public async Task A_list_can_be_empty_once_though_there_is_something()
    {
        await CreateNode("worker-1", InternalIP("127.0.1.1"));
        Server.Faults.Add(new Fault.EmptyList(), times: 1);

        (await Classic.Get("api/node")).Text.Should().Be("null");
        (await ListAsync("api/node")).Should().ContainSingle();
    }

    [TestCase("op01-GET", "api/nothing")]
    [TestCase("op01-GET", "")]
    [TestCase("op02-GET", "api/v1/nodes")]
    [TestCase("op03-GET", "faults")]
    [TestCase("op04-GET", "api/node/worker")]
    [TestCase("op06-GET", "api/node/")]
    [TestCase("op07-HEAD", "api/node")]
    [TestCase("op07-HEAD", "api/pod/")]
    public async Task Everything_else_is_answered_as_recorded(string recording, string path) =>
        Same(await Raw(new HttpMethod(recording.Split('-')[1]), path), Recorded($"01-errors-when-empty/{recording}.http"));

    [Test]
    public async Task A_redirect_keeps_the_query()
    {
        var moved = await Raw(HttpMethod.Get, "api/pod/?a=1&b=2");

        moved.Headers["Location"].Should().Be("/api/pod?a=1&b=2");
        moved.Body.Should().Be("<a href=\"/api/pod?a=1&amp;b=2\">Moved Permanently</a>.\n\n");
    }

    [Test]
    public async Task Nothing_can_be_written_there()
    {
        (await Classic.Post(Pods, Pod("a"))).Code.Should().Be(404);
        (await Classic.Post("api/pod", Pod("a"))).Code.Should().Be(404);
        (await Classic.Delete("api/node")).Code.Should().Be(404);
    }

    [Test]
    public async Task The_first_address_does_not_serve_its_paths() => (await Api.Get("api/node")).Code.Should().Be(404);

    [Test]
    public async Task No_query_changes_anything()
    {
        await Create(Pod("a"));

        (await ListAsync("api/pod?watch=true&labelSelector=log%3Dprometheus&resourceVersion=99&timeoutSeconds=60"))
            .Should().ContainSingle();
    }

    [Test]
    public async Task A_token_is_not_asked_for()
    {
        Server.Token = "secret";

        (await Classic.Get("api/node")).Code.Should().Be(200);
    }

    [Test]
    public async Task Statistics_differ_in_every_answer_and_nothing_else_does()
    {
        await CreateNode("n1", InternalIP("127.0.0.11"));
        await Create(Pod("a", status: "\"phase\":\"Running\",\"podIP\":\"127.0.1.1\""));
        foreach (var path in new[] { "api/node", "api/pod" })
        {
            var (first, second) = ((await ListAsync(path))[0], (await ListAsync(path))[0]);

            JsonNode.DeepEquals(first["Stats"], second["Stats"]).Should().BeFalse(path);
            first["Stats"] = second["Stats"]!.DeepClone();
            first.ToJsonString().Should().Be(second.ToJsonString());
        }
    }

    [TestCase("True", "Healthy")]
    [TestCase("False", "Unhealthy")]
    [TestCase("Unknown", "Unhealthy")]
    public async Task A_node_is_as_healthy_as_its_condition_says(string ready, string state)
    {
        await CreateNode("n1", $$"""
            {{InternalIP("127.0.0.11")}},
            "conditions":[{"type":"DiskPressure","status":"False"},{"type":"Ready","status":"{{ready}}"}]
            """);

        Text((await ListAsync("api/node")).Single(), "Status.State").Should().Be(state);
    }

    [Test]
    public async Task A_node_without_an_address_has_an_empty_one_and_is_healthy()
    {
        await CreateNode("n1", "");

        var node = (await ListAsync("api/node")).Single();

        (Text(node, "Info.Ip"), Text(node, "Status.State")).Should().Be(("", "Healthy"));
    }

    [TestCase("", "Created")]
    [TestCase("\"nodeName\":\"n1\"", "Pending")]
    public async Task A_pod_is_pending_from_when_it_has_a_node(string spec, string phase)
    {
        await Create(Pod("a", spec: spec));

        Text((await ListAsync("api/pod")).Single(), "Status.PodPhase").Should().Be(phase);
    }

    [Test]
    public async Task A_pod_that_is_being_deleted_is_gone_at_once()
    {
        await Create(RunningPod("a"));
        await Api.Delete(Pods + "/a");

        (await ListAsync("api/pod")).Should().BeEmpty();
        (await Api.Get(Pods)).Names.Should().Equal("a");
    }

    [Test]
    public async Task It_can_be_made_to_hang()
    {
        var stall = Server.Faults.Add(new Fault.Stall(), request => request.Path == "/api/pod");

        var stalled = Classic.Get("api/pod");
        await Classic.Get("api/node");
        stalled.IsCompleted.Should().BeFalse();
        stall.Dispose();

        await FluentActions.Awaiting(() => stalled).Should().ThrowAsync<HttpRequestException>();
    }

    [Test]
    public async Task A_fault_of_a_kind_strikes_both_addresses()
    {
        Server.Faults.Add(Fault.Reply.Status(500), request => request is { IsList: true, Resource: "pods" });

        (await Classic.Get("api/get/allpods")).Code.Should().Be(500);
        (await Api.Get(Pods)).Code.Should().Be(500);
        (await Classic.Get("api/node")).Code.Should().Be(200);
    }

    [Test]
    public async Task A_list_can_be_truncated_or_be_garbage()
    {
        await CreateNode("n1", "");
        using (Server.Faults.Add(new Fault.Cut(CutEnd.End, AfterBytes: 30)))
        {
            (await Classic.Get("api/node")).Text.Should().Be("""[{"ApiVersion":"v1","Kind":"No""");
        }

        Server.Faults.Add(Fault.Reply.Text("<html>"));
        (await Classic.Get("api/node")).Text.Should().Be("<html>");
    }

    [Test]
    public async Task It_is_back_on_its_port_after_a_restart()
    {
        await CreateNode("n1", "");
        await Server.StopAsync();
        await Classic.Invoking(classic => classic.Get("api/node")).Should().ThrowAsync<HttpRequestException>();

        await Server.StartAgainAsync();

        (await ListAsync("api/node")).Should().ContainSingle();
    }

    private static void Same(WireAnswer ours, WireAnswer theirs) =>
        ours.Should().BeEquivalentTo(theirs, how => how.Excluding(answer => answer.Frames));

    private static WireAnswer Recorded(string name) =>
        WithoutDate(WireAnswer.Parse(File.ReadAllText(Path.Combine(Recordings, name)).ReplaceLineEndings("\n")));

    private async Task<WireAnswer> Raw(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = await Classic.Http.SendAsync(request);
        return WithoutDate(new WireAnswer(
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => header.Value.Single()),
            await response.Content.ReadAsStringAsync()));
    }

    private static WireAnswer WithoutDate(WireAnswer answer) =>
        answer with { Headers = answer.Headers.Where(header => header.Key != "Date").ToDictionary() };
}

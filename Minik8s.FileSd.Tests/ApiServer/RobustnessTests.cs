using System.Net;
using System.Text;
using Minik8s.ApiServer;
using Minik8s.ApiServer.Faults;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>What nobody should send, and the server outlives: it is refused in words, and nothing of it is stored.</summary>
internal sealed class RobustnessTests : ApiServerTest
{
    private const string JsonPatch = "application/json-patch+json";
    private const string Web = Pods + "/web";

    private readonly StringWriter _errors = new();

    protected override ApiServerOptions Options => base.Options with { ErrorLog = _errors };

    [TearDown]
    public void Nothing_was_unforeseen() => _errors.ToString().Should().BeEmpty();

    [Test]
    public async Task A_mistake_of_the_server_is_a_500_Status_and_one_line_for_its_operator()
    {
        Server.Faults.Add(new Fault.Refuse(), _ => throw new InvalidOperationException("a bug\nin two lines"));

        var answer = await Api.Get("api/v1/pods");

        answer.Code.Should().Be(500);
        answer.Reason.Should().Be("InternalError");
        answer.Message.Should().StartWith("Internal error occurred: a bug");
        _errors.ToString().Trim().Split('\n').Should().ContainSingle().Which.Should().StartWith("GET /api/v1/pods: ").And.Contain("a bug");
        _errors.GetStringBuilder().Clear();
    }

    [TestCase("application/json-patch+json", "[1]", 400)]
    [TestCase("application/json-patch+json", "[[]]", 400)]
    [TestCase("application/json-patch+json", """[{"op":"replace","path":"/metadata","value":"x"}]""", 400)]
    [TestCase("application/strategic-merge-patch+json", """{"spec":{"$retainKeys":[1]}}""", 400)]
    [TestCase("application/strategic-merge-patch+json", """{"spec":{"containers":[{}]}}""", 400)]
    [TestCase("application/strategic-merge-patch+json", """{"spec":{"$patch":"merge","x":1}}""", 400)]
    [TestCase("application/strategic-merge-patch+json", """{"spec":{"$patch":1}}""", 400)]
    [TestCase("application/merge-patch+json", """{"metadata":"x"}""", 400)]
    [TestCase("application/merge-patch+json", """{"spec":"x"}""", 400)]
    [TestCase("application/merge-patch+json", """{"spec":{"containers":{}}}""", 400)]
    [TestCase("application/merge-patch+json", """{"spec":{"containers":["x"]}}""", 400)]
    [TestCase("application/merge-patch+json", """{"spec":{"containers":[{"name":"c","ports":[1]}]}}""", 400)]
    [TestCase("application/merge-patch+json", """{"spec":{"initContainers":[null]}}""", 400)]
    public async Task A_patch_of_a_wrong_shape_is_refused_and_changes_nothing(string type, string patch, int code)
    {
        var created = await Create(Pod("web", "\"a\":\"1\"", "\"containers\":[{\"name\":\"app\"}],\"env\":[\"x\"]"));

        (await Api.Send(HttpMethod.Patch, Web, patch, type)).Code.Should().Be(code);

        (await Api.Get(Web)).Text.Should().Be(created.Text);
    }

    [TestCase("""{"status":"x"}""")]
    [TestCase("""{"status":{"conditions":"x"}}""")]
    [TestCase("""{"status":{"addresses":["x"]}}""")]
    [TestCase("""{"status":{"containerStatuses":[7]}}""")]
    public async Task A_status_of_a_wrong_shape_is_refused_and_tables_go_on(string patch)
    {
        await Create(Pod("web"));

        (await Api.Merge(Web + "/status", patch)).Code.Should().Be(400);

        Api.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        (await Api.Get("api/v1/pods")).Body["rows"]!.AsArray().Should().ContainSingle();
    }

    [TestCase("""{"metadata":{"name":"a"},"spec":"x"}""")]
    [TestCase("""{"metadata":{"name":"a"},"status":[]}""")]
    [TestCase("""{"metadata":{"name":"a"},"spec":{"containers":["x"]}}""")]
    [TestCase("""{"metadata":{"name":"\ud800"}}""")]
    [TestCase("""{"metadata":{"name":"a","labels":{"x":"\ud800"}}}""")]
    [TestCase("""{"metadata":{"name":"a","annotations":{"\ud800":"x"}}}""")]
    [TestCase("""{"metadata":{"name":"a"},"spec":{"x":"\ud800"}}""")]
    public async Task An_object_of_a_wrong_shape_or_with_half_a_character_is_a_400(string body)
    {
        (await Api.Post(Pods, body)).Code.Should().Be(400);
    }

    [TestCase("annotations")]
    [TestCase("spec")]
    public async Task Bytes_that_are_no_UTF_8_are_a_400(string place)
    {
        var (before, after) = place == "spec"
            ? ("""{"metadata":{"name":"a"},"spec":{"x":" """, "\"}}")
            : ("""{"metadata":{"name":"a","annotations":{"x":" """, "\"}}}");
        using var body = new ByteArrayContent([.. Encoding.UTF8.GetBytes(before), 0xff, .. Encoding.UTF8.GetBytes(after)]);

        using var answer = await Api.Http.PostAsync(Pods, body);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task What_is_nested_too_deep_is_refused_and_the_object_stays_in_use()
    {
        await Create(Pod("web", spec: $"\"x\":{Nested(50)}"));
        var path = "/spec/x" + string.Concat(Enumerable.Repeat("/a", 50));

        var refused = await Api.Send(HttpMethod.Patch, Web, $$"""[{"op":"add","path":"{{path}}","value":{{Nested(20)}}}]""", JsonPatch);
        var copied = await Api.Send(HttpMethod.Patch, Web, $$"""[{"op":"copy","from":"/spec/x","path":"{{path}}"}]""", JsonPatch);
        var created = await Api.Post(Pods, Pod("deep", spec: $"\"x\":{Nested(61)}"));

        refused.Code.Should().Be(422);
        copied.Code.Should().Be(422);
        created.Code.Should().Be(400);
        (await Api.Merge(Web, """{"metadata":{"labels":{"a":"1"}}}""")).Code.Should().Be(200);
        (await Api.Delete(Web)).Code.Should().Be(200);
    }

    [Test]
    public async Task A_short_patch_cannot_double_an_object_without_end()
    {
        await Create(Pod("web", spec: "\"x\":{\"a\":\"" + new string('x', 1000) + "\"}"));
        var doubling = string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"op":"copy","from":"/spec/x","path":"/spec/x/c{{i}}"}"""));

        (await Api.Send(HttpMethod.Patch, Web, $"[{doubling}]", JsonPatch)).Code.Should().Be(422);
    }

    [TestCase("?gracePeriodSeconds=5000000", "")]
    [TestCase("?gracePeriodSeconds=9000000000000000000", "")]
    [TestCase("", ",\"terminationGracePeriodSeconds\":5000000")]
    [TestCase("", ",\"terminationGracePeriodSeconds\":1000000000000")]
    public async Task A_grace_period_beyond_all_clocks_is_thirty_days(string query, string spec)
    {
        // The real clock: its timers end at 49 days, those of the tests do not.
        await using var server = await ApiServerHost.StartAsync(new ApiServerOptions { ErrorLog = _errors });
        using var api = new ApiClient(server.Uri);
        await api.Post(Pods, RunningPod("web", spec));

        var deleted = await api.Delete(Web + query);

        deleted.Code.Should().Be(200);
        deleted.Metadata["deletionGracePeriodSeconds"]!.GetValue<long>().Should().Be(2_592_000);
        (await api.Delete(Web + "?gracePeriodSeconds=0")).Code.Should().Be(200);
        (await api.Get(Web)).Code.Should().Be(404);
    }

    [TestCase("""{"v":"x","v":"y"}""")]
    [TestCase("""{"v":"\ud800"}""")]
    [TestCase("[1]")]
    public async Task A_continue_token_that_no_server_made_is_a_400(string token)
    {
        (await Api.Get("api/v1/pods?continue=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(token)))).Code.Should().Be(400);
    }

    [Test]
    public async Task Annotations_beyond_256_KiB_are_a_422()
    {
        static string Annotated(int length) => $$$"""{"metadata":{"name":"web","annotations":{"a":"{{{new string('x', length)}}}"} } }""";

        var refused = await Api.Post(Pods, Annotated(256 * 1024));

        refused.Code.Should().Be(422);
        refused.Message.Should().Be("Pod \"web\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes");
        await Create(Annotated(256 * 1024 - 1));
    }

    [Test]
    public async Task Restarts_beyond_all_numbers_do_not_stop_a_table()
    {
        await Create(Pod("web", status: "\"containerStatuses\":[{\"restartCount\":9223372036854775807},{\"restartCount\":1}]"));

        Api.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        (await Api.Get("api/v1/pods")).Code.Should().Be(200);
    }

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
}

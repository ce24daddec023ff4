using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class UpdateTests : ApiServerTest
{
    private const string Web = Pods + "/web";

    [Test]
    public async Task A_replacement_with_a_stale_version_is_a_409_Conflict()
    {
        var first = await Create(Pod("web"));
        await Api.Merge(Web, """{"metadata":{"labels":{"a":"1"}}}""");

        var stale = await Api.Put(Web, first.Text);

        stale.Code.Should().Be(409);
        stale.Reason.Should().Be("Conflict");
        stale.Message.Should().Be("Operation cannot be fulfilled on pods \"web\": the object has been modified; please apply your changes to the latest version and try again");
        stale.Body["details"]!.ToJsonString().Should().Be("""{"name":"web","kind":"pods"}""");
    }

    [Test]
    public async Task A_patch_that_names_a_stale_version_is_a_409_too()
    {
        await Create(Pod("web"));

        (await Api.Merge(Web, """{"metadata":{"resourceVersion":"1","labels":{"a":"1"}}}""")).Code.Should().Be(409);
    }

    [Test]
    public async Task A_replacement_without_a_version_wins()
    {
        await Create(Pod("web", "\"a\":\"1\""));

        var replaced = await Api.Put(Web, Pod("web", "\"b\":\"2\""));

        replaced.Code.Should().Be(200);
        replaced.Metadata["labels"]!.ToJsonString().Should().Be("""{"b":"2"}""");
    }

    [Test]
    public async Task What_the_server_owns_cannot_be_replaced()
    {
        var created = await Create(Pod("web"));

        var replaced = await Api.Put(Web, """{"metadata":{"name":"web","creationTimestamp":"2000-01-01T00:00:00Z","generation":7,"deletionTimestamp":"2000-01-01T00:00:00Z","labels":{"n":"1"}}}""");

        replaced.Metadata["uid"]!.ToJsonString().Should().Be(created.Metadata["uid"]!.ToJsonString());
        replaced.Metadata["creationTimestamp"]!.ToJsonString().Should().Be(created.Metadata["creationTimestamp"]!.ToJsonString());
        replaced.Metadata.ContainsKey("deletionTimestamp").Should().BeFalse();
    }

    [TestCase("""{"metadata":{"name":"other"}}""", 400)]
    [TestCase("""{"metadata":{"name":"web","namespace":"other"}}""", 400)]
    [TestCase("""{"metadata":{"name":"web","uid":"11111111-0000-4000-8000-000000000000"}}""", 409)]
    [TestCase("""{"metadata":{"name":"web","labels":{"-":""}}}""", 422)]
    public async Task A_replacement_that_is_about_something_else_is_refused(string body, int code)
    {
        await Create(Pod("web"));

        (await Api.Put(Web, body)).Code.Should().Be(code);
    }

    [Test]
    public async Task Replacing_or_patching_what_is_not_there_is_a_404()
    {
        (await Api.Put(Web, Pod("web"))).Code.Should().Be(404);
        (await Api.Merge(Web, "{}")).Code.Should().Be(404);
    }

    [Test]
    public async Task The_main_resource_leaves_the_status_and_the_subresource_leaves_the_rest()
    {
        await Create(Pod("web", spec: "\"nodeName\":\"n1\"", status: "\"phase\":\"Running\""));

        var main = await Api.Merge(Web, """{"spec":{"nodeName":"n2"},"status":{"phase":"Failed"}}""");
        var status = await Api.Merge(Web + "/status", """{"spec":{"nodeName":"n3"},"status":{"podIP":"10.0.0.1"},"metadata":{"labels":{"l":"1"}}}""");

        main.Body["status"]!.ToJsonString().Should().Be("""{"phase":"Running"}""");
        status.Body["spec"]!.ToJsonString().Should().Be("""{"nodeName":"n2"}""");
        status.Body["status"]!.ToJsonString().Should().Be("""{"phase":"Running","podIP":"10.0.0.1"}""");
        status.Metadata["labels"]!.ToJsonString().Should().Be("""{"l":"1"}""");
    }

    [Test]
    public async Task The_status_can_be_replaced_and_read()
    {
        var created = await Create(Pod("web"));
        var body = created.Body;
        body["status"] = new JsonObject { ["phase"] = "Running" };

        (await Api.Put(Web + "/status", body.ToJsonString())).Code.Should().Be(200);

        (await Api.Get(Web + "/status")).Body["status"]!["phase"]!.GetValue<string>().Should().Be("Running");
    }

    [Test]
    public async Task The_generation_counts_changes_of_the_spec_only()
    {
        await Create(Pod("web"));

        (await Api.Merge(Web, """{"metadata":{"labels":{"a":"1"}}}""")).Metadata["generation"]!.GetValue<int>().Should().Be(1);
        (await Api.Merge(Web, """{"spec":{"nodeName":"n1"}}""")).Metadata["generation"]!.GetValue<int>().Should().Be(2);
        (await Api.Merge(Web + "/status", """{"status":{"podIP":"10.0.0.1"}}""")).Metadata["generation"]!.GetValue<int>().Should().Be(2);
    }

    [Test]
    public async Task What_changes_nothing_makes_no_new_version()
    {
        var created = await Create(Pod("web", "\"a\":\"1\",\"b\":\"2\""));

        (await Api.Put(Web, Pod("web", "\"b\":\"2\",\"a\":\"1\""))).Version.Should().Be(created.Version);
        (await Api.Merge(Web, """{"metadata":{"labels":{"a":"1"}}}""")).Version.Should().Be(created.Version);
        (await Api.Get(Pods)).Version.Should().Be(created.Version);
    }

    [Test]
    public async Task A_merge_patch_replaces_lists_and_null_removes()
    {
        await Create(Pod("web", "\"a\":\"1\",\"b\":\"2\"", "\"containers\":[{\"name\":\"x\"},{\"name\":\"y\"}]"));

        var patched = await Api.Merge(Web, """{"metadata":{"labels":{"a":null}},"spec":{"containers":[{"name":"z"}]}}""");

        patched.Metadata["labels"]!.ToJsonString().Should().Be("""{"b":"2"}""");
        patched.Body["spec"]!.ToJsonString().Should().Be("""{"containers":[{"name":"z"}]}""");
    }

    [Test]
    public async Task A_strategic_patch_merges_the_well_known_lists_by_their_keys()
    {
        await Create(Pod("web", spec: "\"containers\":[{\"name\":\"x\",\"image\":\"1\",\"ports\":[{\"containerPort\":80}]},{\"name\":\"y\"}],\"tolerations\":[{\"key\":\"a\"}]"));

        var patched = await Api.Strategic(Web, """
            {"spec":{"$setElementOrder/containers":[{"name":"z"},{"name":"x"}],
             "containers":[{"name":"x","image":"2","ports":[{"containerPort":80,"name":"http"},{"containerPort":81}]},{"name":"y","$patch":"delete"},{"name":"z"}],
             "tolerations":[{"key":"b"}]}}
            """);

        patched.Body["spec"]!["containers"]!.ToJsonString().Should().Be(
            """[{"name":"z"},{"name":"x","image":"2","ports":[{"containerPort":80,"name":"http"},{"containerPort":81}]}]""");
        patched.Body["spec"]!["tolerations"]!.ToJsonString().Should().Be("""[{"key":"b"}]""");
    }

    [Test]
    public async Task A_strategic_patch_of_one_condition_leaves_the_others()
    {
        await Create("""{"metadata":{"name":"n1"},"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"DiskPressure","status":"False"}]}}""", "api/v1/nodes");

        var patched = await Api.Strategic("api/v1/nodes/n1/status", """{"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}}""");

        patched.Body["status"]!["conditions"]!.ToJsonString().Should().Be(
            """[{"type":"Ready","status":"Unknown"},{"type":"DiskPressure","status":"False"}]""");
    }

    [Test]
    public async Task A_JSON_patch_is_done_whole_or_not_at_all()
    {
        const string type = "application/json-patch+json";
        await Create(Pod("web", "\"a\":\"1\""));

        var patched = await Api.Send(HttpMethod.Patch, Web, """[{"op":"test","path":"/metadata/labels/a","value":"1"},{"op":"add","path":"/metadata/labels/x~1y","value":"2"},{"op":"remove","path":"/metadata/labels/a"}]""", type);
        var failed = await Api.Send(HttpMethod.Patch, Web, """[{"op":"add","path":"/metadata/labels/b","value":"3"},{"op":"remove","path":"/spec/none"}]""", type);

        patched.Metadata["labels"]!.ToJsonString().Should().Be("""{"x/y":"2"}""");
        failed.Code.Should().Be(422);
        (await Api.Get(Web)).Version.Should().Be(patched.Version);
    }

    [TestCase("application/apply-patch+yaml", 415)]
    [TestCase("application/json", 415)]
    public async Task Other_kinds_of_patch_are_a_415(string type, int code)
    {
        await Create(Pod("web"));

        var refused = await Api.Send(HttpMethod.Patch, Web, "{}", type);

        refused.Code.Should().Be(code);
        refused.Reason.Should().Be("UnsupportedMediaType");
    }

    [Test]
    public async Task A_patch_of_the_wrong_shape_is_a_400()
    {
        await Create(Pod("web"));

        (await Api.Merge(Web, "[]")).Code.Should().Be(400);
    }
}

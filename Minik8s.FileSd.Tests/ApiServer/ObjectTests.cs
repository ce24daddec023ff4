using Minik8s.ApiServer.Resources;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class ObjectTests : ApiServerTest
{
    [Test]
    public async Task A_created_pod_gets_its_metadata_from_the_server()
    {
        var created = await Create(Pod("web", "\"a\":\"b\""));

        created.Body["kind"]!.GetValue<string>().Should().Be("Pod");
        created.Body["apiVersion"]!.GetValue<string>().Should().Be("v1");
        created.Metadata["namespace"]!.GetValue<string>().Should().Be("default");
        Guid.TryParse(created.Metadata["uid"]!.GetValue<string>(), out _).Should().BeTrue();
        created.Metadata["creationTimestamp"]!.GetValue<string>().Should().Be("2026-01-02T03:04:05Z");
        created.Metadata["generation"]!.GetValue<int>().Should().Be(1);
        created.Body["status"]!["phase"]!.GetValue<string>().Should().Be("Pending");
        (await Api.Get(Pods + "/web")).Text.Should().Be(created.Text);
    }

    [Test]
    public async Task Fields_that_the_server_does_not_know_survive_untouched()
    {
        await Create("""{"kind":"Node","apiVersion":"v1","metadata":{"name":"n1","annotations":{"x/y":"ä<&>\u2028"}},"spec":{"odd":[1.50,1e9,{"a":null}]},"status":{"s":{}},"own":12345678901234567890}""", "api/v1/nodes");

        var node = (await Api.Get("api/v1/nodes/n1")).Body;

        node["spec"]!.ToJsonString().Should().Be("""{"odd":[1.50,1e9,{"a":null}]}""");
        node["own"]!.ToJsonString().Should().Be("12345678901234567890");
        node["status"]!.ToJsonString().Should().Be("""{"s":{}}""");
        node["metadata"]!["annotations"]!["x/y"]!.GetValue<string>().Should().Be("ä<&>\u2028");
    }

    [Test]
    public async Task Versions_increase_across_kinds_and_every_list_says_the_newest()
    {
        var pod = await Create(Pod("a"));
        var node = await Create("""{"metadata":{"name":"n1"}}""", "api/v1/nodes");

        long.Parse(node.Version).Should().BeGreaterThan(long.Parse(pod.Version));
        (await Api.Get("api/v1/pods")).Version.Should().Be(node.Version);
        (await Api.Get("api/v1/nodes")).Version.Should().Be(node.Version);
    }

    [Test]
    public async Task GenerateName_makes_a_new_name_each_time()
    {
        const string body = """{"metadata":{"generateName":"job-"}}""";

        var names = new[] { await Create(body), await Create(body) }.Select(o => o.Metadata["name"]!.GetValue<string>()).ToArray();

        names.Should().OnlyHaveUniqueItems().And.OnlyContain(name => name.StartsWith("job-") && name.Length == 9);
    }

    [Test]
    public async Task A_name_that_exists_is_a_409_AlreadyExists()
    {
        await Create(Pod("web"));

        var again = await Api.Post(Pods, Pod("web"));

        again.Code.Should().Be(409);
        again.Reason.Should().Be("AlreadyExists");
        again.Message.Should().Be("pods \"web\" already exists");
        again.Body["details"]!.ToJsonString().Should().Be("""{"name":"web","kind":"pods"}""");
    }

    [Test]
    public async Task Namespaces_keep_equal_names_apart_and_come_into_being_with_their_first_pod()
    {
        await Create(Pod("web"));
        await Create(Pod("web"), "api/v1/namespaces/team-a/pods");

        (await Api.Get("api/v1/pods")).Names.Should().Equal("web", "web");
        (await Api.Get("api/v1/namespaces/team-a/pods")).Names.Should().Equal("web");
        (await Api.Get("api/v1/namespaces")).Names.Should().Equal("default", "team-a");
        (await Api.Get("api/v1/namespaces/nobody/pods")).Names.Should().BeEmpty();
    }

    [TestCase("Web", "metadata.name")]
    [TestCase("we_b", "metadata.name")]
    [TestCase("-web", "metadata.name")]
    [TestCase("web.", "metadata.name")]
    public async Task A_bad_name_is_a_422_Invalid_with_its_cause(string name, string field)
    {
        var refused = await Api.Post(Pods, Pod(name));

        refused.Code.Should().Be(422);
        refused.Reason.Should().Be("Invalid");
        refused.Message.Should().StartWith($"Pod \"{name}\" is invalid: {field}: Invalid value: \"{name}\": a lowercase RFC 1123 subdomain");
        refused.Body["details"]!["kind"]!.GetValue<string>().Should().Be("Pod");
        refused.Body["details"]!["causes"]![0]!["field"]!.GetValue<string>().Should().Be(field);
        refused.Body["details"]!["causes"]![0]!["reason"]!.GetValue<string>().Should().Be("FieldValueInvalid");
    }

    [Test]
    public async Task Every_bad_label_is_a_cause_of_its_own()
    {
        var refused = await Api.Post(Pods, Pod("web", "\"-a\":\"x\",\"b\":\"-\",\"ok.example/c\":\"\""));

        refused.Code.Should().Be(422);
        refused.Body["details"]!["causes"]!.AsArray().Should().HaveCount(2);
    }

    [Test]
    public async Task No_name_at_all_is_a_422()
    {
        var refused = await Api.Post(Pods, "{}");

        refused.Code.Should().Be(422);
        refused.Message.Should().Be("Pod \"\" is invalid: metadata.name: Required value: name or generateName is required");
    }

    [TestCase("not json")]
    [TestCase("[]")]
    [TestCase("")]
    [TestCase("""{"metadata":{"name":"a"},"metadata":{"name":"b"}}""")]
    [TestCase("""{"metadata":[]}""")]
    [TestCase("""{"metadata":{"name":"a","labels":{"x":1}}}""")]
    [TestCase("""{"metadata":{"name":"a","namespace":"other"}}""")]
    public async Task A_body_that_is_no_pod_for_this_place_is_a_400(string body)
    {
        var refused = await Api.Post(Pods, body);

        refused.Code.Should().Be(400, refused.Text);
        refused.Reason.Should().Be("BadRequest");
    }

    [Test]
    public async Task Another_kind_is_a_400()
    {
        var refused = await Api.Post(Pods, """{"kind":"Node","apiVersion":"v1","metadata":{"name":"a"}}""");

        refused.Code.Should().Be(400);
        refused.Message.Should().Be("Node in version \"v1\" cannot be handled as a Pod");
    }

    [Test]
    public async Task Yaml_is_a_415()
    {
        (await Api.Send(HttpMethod.Post, Pods, "metadata: {}", "application/yaml")).Code.Should().Be(415);
    }

    [Test]
    public async Task A_body_beyond_three_megabytes_is_a_413()
    {
        var refused = await Api.Post(Pods, Pod("big", spec: $"\"x\":\"{new string('x', 3 * 1024 * 1024)}\""));

        refused.Code.Should().Be(413);
        refused.Reason.Should().Be("RequestEntityTooLarge");
    }

    [TestCase("GET", "api/v1/services", 404)]
    [TestCase("GET", "apis/apps/v1/deployments", 404)]
    [TestCase("GET", "api/v1/namespaces/default/nodes", 404)]
    [TestCase("GET", "api/v1/namespaces/default/pods/x/log", 404)]
    [TestCase("POST", "api/v1/pods", 405)]
    [TestCase("POST", "api/v1/nodes/x", 405)]
    [TestCase("PUT", "api/v1/pods", 405)]
    [TestCase("PATCH", "api/v1/pods", 405)]
    [TestCase("DELETE", "api/v1/pods", 405)]
    [TestCase("PUT", "api/v1/nodes", 405)]
    [TestCase("DELETE", "version", 405)]
    [TestCase("POST", "api/v1", 405)]
    public async Task What_does_not_exist_is_told_as_a_Status(string method, string path, int code)
    {
        var refused = await Api.Send(new HttpMethod(method), path, method == "POST" ? "{}" : null);

        refused.Code.Should().Be(code);
        refused.Body["kind"]!.GetValue<string>().Should().Be("Status");
    }

    [Test]
    public async Task A_dry_run_answers_and_changes_nothing()
    {
        var before = (await Api.Get(Pods)).Version;

        (await Api.Post(Pods + "?dryRun=All", Pod("web"))).Code.Should().Be(201);

        (await Api.Get(Pods)).Version.Should().Be(before);
        (await Api.Get(Pods + "/web")).Code.Should().Be(404);
    }

    [Test]
    public async Task A_client_that_takes_no_JSON_is_told_406()
    {
        Api.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/vnd.kubernetes.protobuf");

        (await Api.Get(Pods)).Code.Should().Be(406);
    }

    [Test]
    public async Task A_test_can_put_objects_as_they_are_and_take_them_away()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true");
        Server.Registry.Put(ResourceKind.Pods, """{"metadata":{"name":"a","namespace":"x","uid":"u","deletionTimestamp":"2026-01-01T00:00:00Z"},"status":{"phase":"Running"}}""");
        Server.Registry.Put(ResourceKind.Pods, """{"metadata":{"name":"a","namespace":"x"},"status":{"phase":"Failed"}}""");
        Server.Deletion.Delete(ResourceKind.Pods, "x", "a", DeleteOptions.Forced);

        var first = await watch.NextAsync();
        first!.Object["metadata"]!["deletionTimestamp"]!.GetValue<string>().Should().Be("2026-01-01T00:00:00Z");
        var second = await watch.NextAsync();
        second!.Object["metadata"]!["uid"]!.GetValue<string>().Should().Be("u");
        second.Object["status"]!["phase"]!.GetValue<string>().Should().Be("Failed");
        (await watch.NextAsync(1)).Should().Equal("DELETED a");
    }
}

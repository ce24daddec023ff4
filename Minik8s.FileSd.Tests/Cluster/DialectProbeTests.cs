using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>Finding out how a server speaks and where it has its pods, over real HTTP.</summary>
internal sealed class DialectProbeTests
{
    private const string KubernetesList = """{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"k"}}]}""";
    private PlainServer _server = null!;
    private HttpClient _http = null!;
    private DialectProbe<Pod> _probe = null!;
    private readonly FakeTimeProvider _time = new();

    [SetUp]
    public async Task SetUp()
    {
        _server = await PlainServer.StartAsync();
        _http = ApiClient.Create(Ways.To(_server.Uri), "tests/1");
        _probe = Probe(new Resources());
    }

    [TearDown]
    public async Task TearDown()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private IEnumerable<string> Asked => _server.Requests.Select(request => request.Split('?')[0]);

    [Test]
    public async Task Kubernetes_is_asked_for_nothing_else()
    {
        Has("/api/v1/pods", KubernetesList);
        (await List()).Should().Equal("k");
        _probe.Dialect.Should().Be(Dialect.Kubernetes);
        Asked.Should().Equal("/api/v1/pods");
    }

    [TestCase("/api/pod")]
    [TestCase("/api/get/allpods")]
    [TestCase("/api/v1/pods")]
    [TestCase("/api/pods")]
    [TestCase("/api/pods/")]
    [TestCase("/pods")]
    [TestCase("/pods/getAll")]
    [TestCase("/api/v1/namespaces/default/pods")]
    public async Task A_minik8s_is_found_in_any_place_that_is_known_and_then_asked_there(string place)
    {
        Has(place, """[{"metadata":{"Name":"m"}}]""");
        (await List()).Should().Equal("m");
        _probe.Dialect.Should().Be(Dialect.Minik8s);
        _server.Requests.Clear();
        (await List()).Should().Equal("m");
        Asked.Should().Equal(place);
    }

    [Test]
    public async Task The_minik8s_dialect_looks_where_the_first_of_them_has_its_pods_before_anything_else()
    {
        _probe = Probe(new Resources(Dialect.Minik8s));
        Has("/api/pod", """[{"metadata":{"name":"m"}}]""");
        (await List()).Should().Equal("m");
        Asked.Should().Equal("/api/pod");
    }

    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("[]")]
    public async Task A_server_that_answers_anything_with_nothing_is_looked_at_again_and_then_found(string nothing)
    {
        _server.Answer = context => PlainServer.Json(context, Encoding.UTF8.GetBytes(nothing));
        (await List()).Should().BeEmpty();
        Has("/api/v1/pods", KubernetesList);
        await FluentActions.Awaiting(List).Should().ThrowAsync<ApiException>("the empty place is gone");
        (await List()).Should().Equal("k");
        _probe.Dialect.Should().Be(Dialect.Kubernetes);
    }

    [Test]
    public async Task A_place_with_objects_is_better_than_an_empty_one_before_it()
    {
        _server.Answer = context => PlainServer.Json(
            context, context.Request.Path == "/api/v1/pods" ? """[{"metadata":{"name":"m"}}]"""u8.ToArray() : "{}"u8.ToArray());
        (await List()).Should().Equal("m");
        _probe.Path.Should().Be("/api/v1/pods");
    }

    [Test]
    public async Task An_empty_place_is_asked_alone_for_a_time_and_then_the_others_again()
    {
        Has("/api/pod", "null");
        (await List()).Should().BeEmpty();
        _server.Requests.Clear();
        (await List()).Should().BeEmpty();
        Asked.Should().Equal("/api/pod");
        _time.Advance(DialectProbe<Pod>.EmptyTrust);
        Has("/pods", """[{"metadata":{"name":"m"}}]""");
        (await List()).Should().Equal("m");
    }

    [Test]
    public async Task A_place_that_answers_with_no_list_is_told_rather_than_those_that_are_not_there()
    {
        Has("/api/pod", """{"podList":5}""");
        (await FluentActions.Awaiting(List).Should().ThrowAsync<JsonException>()).Which.Message.Should().StartWith("/api/pod: The answer is no list");
    }

    [Test]
    public async Task A_list_that_broke_off_is_told_rather_than_that_another_place_is_forbidden()
    {
        _server.Answer = context =>
        {
            if (context.Request.Path == "/api/v1/pods")
                return PlainServer.Json(context, Encoding.UTF8.GetBytes(KubernetesList[..^30]));
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        };
        (await FluentActions.Awaiting(List).Should().ThrowAsync<JsonException>()).Which.Message.Should().StartWith("/api/v1/pods: ");
    }

    [Test]
    public async Task A_path_that_was_named_is_the_only_one_that_is_asked()
    {
        _probe = Probe(new Resources(podsPath: "my/pods?all=true"));
        Has("/my/pods", """{"data":[{"metadata":{"name":"m"}}]}""");
        (await List()).Should().Equal("m");
        _server.Requests.Should().OnlyContain(request => request.StartsWith("/my/pods?all=true"));
    }

    [Test]
    public async Task A_list_of_kubernetes_that_broke_off_does_not_make_it_another_server()
    {
        Has("/api/v1/pods", KubernetesList[..^30]);
        await FluentActions.Awaiting(List).Should().ThrowAsync<JsonException>();
        Has("/api/v1/pods", KubernetesList);
        (await List()).Should().Equal("k");
        _probe.Dialect.Should().Be(Dialect.Kubernetes);
    }

    [Test]
    public async Task What_was_found_is_not_given_up_for_anything_that_can_be_read_elsewhere()
    {
        Has("/api/v1/pods", KubernetesList);
        await List();
        Has("/api/pod", "[]");
        await FluentActions.Awaiting(List).Should().ThrowAsync<ApiException>();
        Has("/api/v1/pods", "[]");
        await FluentActions.Awaiting(List).Should().ThrowAsync<JsonException>();
    }

    [TestCase(401)]
    [TestCase(403)]
    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    public async Task A_server_that_has_trouble_or_wants_credentials_is_asked_for_nothing_else(int code)
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = code;
            return Task.CompletedTask;
        };
        (await FluentActions.Awaiting(List).Should().ThrowAsync<ApiException>()).Which.Code.Should().Be((System.Net.HttpStatusCode)code);
        Asked.Should().Equal("/api/v1/pods");
    }

    [Test]
    public async Task A_server_that_has_pods_nowhere_is_told_with_the_flags_that_name_a_place() =>
        (await FluentActions.Awaiting(List).Should().ThrowAsync<ApiException>())
            .WithMessage("the server answered 404 Not Found to /api/v1/pods; nor is there a list at /api/pod, /api/get/allpods, /api/pods, "
                + "/api/pods/, /pods, /pods/getAll, /api/v1/namespaces/default/pods; --api.pods-path names the place, and --api.dialect minik8s reads a list that is nearly Kubernetes'");

    [Test]
    public async Task Of_a_path_that_was_named_only_that_is_told()
    {
        _probe = Probe(new Resources(Dialect.Minik8s, podsPath: "api/podz"));
        (await FluentActions.Awaiting(List).Should().ThrowAsync<ApiException>())
            .WithMessage("the server answered 404 Not Found to /api/podz; --api.pods-path names the place");
    }

    [Test]
    public async Task A_namespace_that_is_followed_alone_is_looked_for_in_its_own_place()
    {
        Has("/api/v1/namespaces/shop/pods", """[{"metadata":{"name":"m","namespace":"shop"}}]""");
        _probe = Probe(new Resources(), "shop");
        (await List()).Should().Equal("m");
    }

    private DialectProbe<Pod> Probe(Resources resources, string @namespace = "") => new(
        [.. resources.Pods(LabelSelector.Everything, @namespace).Select(place => new ResourceApi<Pod>(_http, place, TimeProvider.System))],
        "--api.pods-path", _time);

    private void Has(string place, string body) => _server.Answer = context => context.Request.Path == place
        ? PlainServer.Json(context, Encoding.UTF8.GetBytes(body))
        : PlainServer.NotFound(context);

    private async Task<List<string>> List()
    {
        var names = new List<string>();
        await foreach (var part in _probe.ListAsync(new ListQuery("0", 500, null), CancellationToken.None))
        {
            if (part.Item is { } pod)
                names.Add(pod.Metadata.Name!);
        }

        return names;
    }
}

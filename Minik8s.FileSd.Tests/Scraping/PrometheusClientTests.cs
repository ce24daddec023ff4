using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Scraping;

internal sealed class PrometheusClientTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private PlainServer _server = null!;

    [SetUp]
    public async Task SetUp() => _server = await PlainServer.StartAsync();

    [TearDown]
    public async Task TearDown() => await _server.DisposeAsync();

    [Test]
    public async Task It_asks_behind_a_path_and_as_the_user_of_the_address()
    {
        var shown = new List<string>();
        _server.Answer = context =>
        {
            shown.Add(context.Request.Headers.Authorization.ToString());
            return Recorded(context);
        };
        var address = PrometheusAddress.Parse($"http://me:p%40ss@{_server.Uri.Authority}/prometheus");
        address.ToString().Should().NotContain("me:");
        using var client = new PrometheusClient(address.Url, address.Credential!, "test/1", _time);
        var answer = await client.AskAsync(Answers.Pods.IsCalled, CancellationToken.None);
        answer.Targets.Should().HaveCount(6);
        answer.Own!.FileTimes.Should().HaveCount(3);
        (await client.ConfigAsync(CancellationToken.None)).Should().HaveCount(2);
        _server.Requests.Should().Equal("/prometheus/api/v1/targets?state=any", "/prometheus/metrics", "/prometheus/api/v1/status/config");
        shown.Distinct().Should().Equal("Basic " + Convert.ToBase64String("me:p@ss"u8));
    }

    [Test]
    public async Task It_shows_the_token_as_the_file_has_it_at_that_moment()
    {
        using var folder = new TempFolder();
        var shown = new List<string>();
        _server.Answer = context =>
        {
            shown.Add(context.Request.Headers.Authorization.ToString());
            return Recorded(context);
        };
        using var client = new PrometheusClient(_server.Uri, new TokenFileCredential(folder["token"]), "test/1", _time);
        foreach (var token in new[] { "one", "two" })
        {
            await File.WriteAllTextAsync(folder["token"], token);
            await client.ConfigAsync(CancellationToken.None);
        }

        shown.Should().Equal("Bearer one", "Bearer two");
    }

    [Test]
    public async Task Where_only_its_targets_can_be_asked_for_less_is_known()
    {
        _server.Answer = context => context.Request.Path == "/api/v1/targets" ? Recorded(context) : PlainServer.NotFound(context);
        using var client = Client();
        var answer = await client.AskAsync(Answers.Pods.IsCalled, CancellationToken.None);
        answer.Targets.Should().HaveCount(6);
        answer.Own.Should().BeNull();
        (await client.ConfigAsync(CancellationToken.None)).Should().BeNull();
    }

    [Test]
    public async Task A_redirect_is_not_followed_and_shows_nobody_the_password()
    {
        await using var elsewhere = await PlainServer.StartAsync();
        _server.Answer = context =>
        {
            context.Response.Redirect($"{elsewhere.Uri}api/v1/targets");
            return Task.CompletedTask;
        };
        (await Fault()).Should().Be("it answered 302 to /api/v1/targets, a redirect, which is not followed; name the address that it leads to");
        elsewhere.Requests.Should().BeEmpty();
    }

    [TestCase(401, "--prometheus.token-file")]
    [TestCase(403, "--prometheus.token-file")]
    [TestCase(404, "path of its own")]
    [TestCase(500, "it answered 500 to /api/v1/targets")]
    public async Task A_refusal_says_what_to_do(int code, string words)
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = code;
            return Task.CompletedTask;
        };
        (await Fault()).Should().Contain(words);
    }

    [Test]
    public async Task What_is_no_Prometheus_is_told()
    {
        _server.Answer = context => context.Response.WriteAsync("<html>");
        (await Fault()).Should().StartWith("what answers /api/v1/targets does not speak like Prometheus: ");
    }

    [Test]
    public async Task An_answer_that_does_not_end_is_given_up()
    {
        _server.Answer = async context =>
        {
            await context.Response.WriteAsync("""{"status":"success","data":{"activeTargets":[""");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        var fault = Fault();
        await Eventually.Holds(() => !_server.Requests.IsEmpty, "it is asked");
        _time.Advance(PrometheusClient.LongestAnswer);
        (await fault).Should().Be("it has not answered /api/v1/targets to its end within 10 s");
    }

    [Test]
    public async Task Nobody_who_listens_is_told()
    {
        var port = _server.Uri;
        await _server.DisposeAsync();
        using var client = new PrometheusClient(port, FixedCredential.None, "test/1", _time);
        (await FluentActions.Awaiting(() => client.AskAsync(_ => true, CancellationToken.None)).Should().ThrowAsync<PrometheusException>())
            .Which.Message.Should().Contain("Connection refused");
        _server = await PlainServer.StartAsync();
    }

    private static Task Recorded(HttpContext context) => context.Response.Body.WriteAsync(Fixture.Bytes(
        context.Request.Path.Value!.EndsWith("targets", StringComparison.Ordinal) ? "prometheus/targets.json"
        : context.Request.Path.Value.EndsWith("metrics", StringComparison.Ordinal) ? "prometheus/metrics.txt"
        : "prometheus/config.json")).AsTask();

    private PrometheusClient Client() => new(_server.Uri, FixedCredential.None, "test/1", _time);

    private async Task<string> Fault()
    {
        using var client = Client();
        return (await FluentActions.Awaiting(() => client.AskAsync(_ => true, CancellationToken.None)).Should().ThrowAsync<PrometheusException>()).Which.Message;
    }
}

using System.Net.Http.Headers;
using Minik8s.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class AuthTests : ApiServerTest
{
    protected override ApiServerOptions Options => base.Options with { Token = "secret" };

    [TestCase(null, 401)]
    [TestCase("wrong", 401)]
    [TestCase("secret", 200)]
    public async Task Objects_are_for_those_with_the_token(string? token, int code)
    {
        Api.Http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);

        (await Api.Get("api/v1/pods")).Code.Should().Be(code);
    }

    [TestCase("bearer secret", 200)]
    [TestCase("BEARER secret", 200)]
    [TestCase("secret", 401)]
    [TestCase("Bearer xsecret", 401)]
    [TestCase("Bearer Bearer secret", 401)]
    [TestCase("Bearer SECRET", 401)]
    [TestCase("Basic secret", 401)]
    public async Task The_scheme_is_bearer_in_any_case_and_the_token_is_the_whole_rest(string header, int code)
    {
        Api.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        (await Api.Get("api/v1/pods")).Code.Should().Be(code);
    }

    [TestCase("healthz")]
    [TestCase("version")]
    public async Task Health_and_version_are_for_everyone(string path)
    {
        (await Api.Get(path)).Code.Should().Be(200);
    }

    [Test]
    public async Task The_token_can_change_while_the_server_runs()
    {
        Api.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        Server.Token = "rotated";

        (await Api.Get("api/v1/pods")).Code.Should().Be(401);
    }

    [Test]
    public async Task With_a_certificate_the_server_speaks_TLS()
    {
        using var certificate = TestAuthority.IssueOne();
        await using var server = await ApiServerHost.StartAsync(Options with { Certificate = certificate, Token = null });
        using var trusting = new SocketsHttpHandler();
        trusting.SslOptions.RemoteCertificateValidationCallback = (_, sent, _, _) =>
            sent?.GetCertHashString() == certificate.GetCertHashString();
        using var api = new ApiClient(server.Uri, trusting);
        using var wary = new ApiClient(server.Uri);

        server.Uri.Scheme.Should().Be("https");
        (await api.Get("api/v1/pods")).Code.Should().Be(200);
        using var watch = await api.Watch("api/v1/namespaces?watch=true");
        (await watch.NextAsync(1)).Should().Equal("ADDED default");
        using var newer = new HttpRequestMessage(HttpMethod.Get, "api/v1/pods") { Version = new Version(2, 0) };
        (await api.Http.SendAsync(newer)).Version.Should().Be(new Version(1, 1), "a reset of one stream is no reset of a connection");
        await wary.Invoking(client => client.Get("api/v1/pods")).Should().ThrowAsync<HttpRequestException>();
    }
}

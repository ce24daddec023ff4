using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster.Access;

/// <summary>What is told when either side does not take the other.</summary>
internal sealed class RefusalTests : AccessTest
{
    [Test]
    public async Task An_unknown_authority_is_told_with_its_name_and_the_flag()
    {
        using var other = new TestAuthority("other");
        Write("other.crt", other.Pem);
        (await FaultAsync(Asking(Find(server: Front.Uri, authorities: Folder["other.crt"])))).Should().Be(
            "no TLS connection: the server's certificate is from an unknown authority: \"CN=test authority\" has issued it, "
            + $"which is not among those of {Folder["other.crt"]}; name the file with its authority by --api.ca-file");
        (await FaultAsync(Asking(Find(server: Front.Uri)))).Should().Contain("not among those of this system");
    }

    [Test]
    public async Task An_expired_certificate_is_told_with_its_time()
    {
        Front.Certificate = Authority.Issue("127.0.0.1", isExpired: true);
        (await FaultAsync(Ask())).Should().StartWith("no TLS connection: the server's certificate is valid from ")
            .And.Contain($" to {Front.Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm}Z only").And.EndWith("unless this machine's clock is wrong");
    }

    [Test]
    public async Task A_certificate_for_another_host_is_told_with_its_names()
    {
        Front.Certificate = Authority.Issue("kubernetes.test");
        (await FaultAsync(Ask())).Should().Be(
            "no TLS connection: the server's certificate is not for 127.0.0.1 but for kubernetes.test; "
            + "take an address that is among them, or name one of them as tls-server-name in a kubeconfig");
    }

    [Test]
    public async Task A_401_is_told_with_what_was_shown()
    {
        Front.Check = _ => 401;
        Write("t", "s3cret");
        (await FaultAsync(Asking(Find(server: Front.Uri, authorities: Folder["ca.crt"], tokenFile: Folder["t"])))).Should()
            .Be($"the server answered 401 Unauthorized to /api/v1/pods; it was shown the bearer token of the file {Folder["t"]}, "
                + "which is expired, revoked or of another cluster: put a valid one in its place, and it is taken without a restart; it says: no");
        (await FaultAsync(Ask())).Should().EndWith("it was shown no credential: give it one by --api.token-file or --api.kubeconfig; it says: no");
        ClientFiles(Authority.IssueClient("filesd", isExpired: true));
        (await FaultAsync(Asking(Find(kubeconfig: Kubeconfig("client-certificate: client.crt, client-key: client.key"))))).Should()
            .MatchRegex("it was shown the client certificate CN=filesd of .*/client.crt, valid until [-0-9]+ [0-9]{2}:[0-9]{2}Z, which is expired");
    }

    [Test]
    public async Task A_403_is_told_with_the_rule_that_grants_it()
    {
        Front.Check = _ => 403;
        (await FaultAsync(Asking(Find(kubeconfig: Kubeconfig("token: s3cret"))))).Should().Be(
            "the server answered 403 Forbidden to /api/v1/pods; who asks (the bearer token of the user u in the kubeconfig "
            + $"{Folder["config"]}) may not list pods: grant it a ClusterRole with the rule "
            + "{apiGroups: [\"\"], resources: [\"pods\"], verbs: [\"list\", \"watch\"]}; it says: pods is forbidden");
    }

    [Test]
    public async Task A_watch_that_is_forbidden_in_a_namespace_needs_no_more_than_a_Role()
    {
        Front.Check = _ => 403;
        var watch = Api(Find(kubeconfig: Kubeconfig("token: s3cret")), @namespace: "shop").WatchAsync(new WatchQuery("1", TimeSpan.FromMinutes(5)), default);
        (await FaultAsync(async () => await watch.CountAsync())).Should().Contain(
            "may not watch pods in the namespace shop: grant it a Role with the rule {apiGroups: [\"\"], resources: [\"pods\"], verbs: [\"list\", \"watch\"]}");
    }

    [TestCase(ClientCertificateMode.AllowCertificate)]
    [TestCase(ClientCertificateMode.RequireCertificate)]
    public async Task A_client_certificate_that_the_server_does_not_take_is_told(ClientCertificateMode mode)
    {
        await using var strict = await SecureFront.StartAsync(Cluster.Server.Uri, Authority.Issue("127.0.0.1"), mode);
        strict.Takes = _ => false;
        ClientFiles(Authority.IssueClient("filesd"));
        (await FaultAsync(Asking(Find(kubeconfig: Kubeconfig(
            "client-certificate: client.crt, client-key: client.key", $"server: {strict.Uri}, certificate-authority: ca.crt"))))).Should()
            .StartWith($"the server ended the connection, perhaps because it does not take the client certificate CN=filesd of {Folder["client.crt"]}, valid until ");
    }

    /// <summary>Which of them it is depends on who is faster: the server's end, or our first bytes.</summary>
    [TestCaseSource(nameof(Ends))]
    public void A_connection_that_ends_wherever_it_stood_may_be_such_a_refusal(Exception end)
    {
        ClientFiles(Authority.IssueClient("filesd"));
        var certificate = ClientCertificate.Parse(File.ReadAllBytes(Folder["client.crt"]), File.ReadAllBytes(Folder["client.key"]), "u");
        ConnectionFault.Refusal(new HttpRequestException("it failed", end), certificate)!.Message.Should()
            .StartWith("the server ended the connection, perhaps because it does not take the client certificate CN=filesd of u").And.Contain(": the last words");
        ConnectionFault.Refusal(end, certificate).Should().NotBeNull("some come as they are");
        ConnectionFault.Refusal(new HttpRequestException(HttpRequestError.ConnectionError, "refused", new SocketException(111)), certificate).Should().BeNull();
    }

    private static IEnumerable<Exception> Ends() =>
    [
        new HttpIOException(HttpRequestError.ResponseEnded, "the last words"),
        new IOException("the server did not complete the HTTP/2 handshake", new IOException("the last words")),
        new IOException("cannot write", new IOException("the last words")),
    ];

    [Test]
    public async Task A_wrong_server_certificate_is_not_taken_for_a_refusal_of_the_clients()
    {
        Front.Certificate = Authority.Issue("kubernetes.test");
        ClientFiles(Authority.IssueClient("filesd"));
        (await FaultAsync(Asking(Find(kubeconfig: Kubeconfig("client-certificate: client.crt, client-key: client.key"))))).Should()
            .StartWith("no TLS connection: the server's certificate is not for 127.0.0.1");
    }

    [Test]
    public async Task A_server_that_is_not_there_is_told_with_its_address()
    {
        await Front.DisposeAsync();
        (await FaultAsync(Ask())).Should().Be($"Connection refused (127.0.0.1:{Front.Port})");
        (await FaultAsync(Asking(Find(server: new Uri("https://nowhere.invalid/"))))).Should()
            .StartWith("the name of the server is not resolved: ").And.Contain("nowhere.invalid:443").And.EndWith("check the address and the DNS of this machine");
    }

    [Test]
    public async Task A_server_that_speaks_no_TLS_is_told()
    {
        var plain = new UriBuilder(Cluster.Server.Uri) { Scheme = "https" }.Uri;
        (await FaultAsync(Asking(Find(server: plain)))).Should().StartWith("no TLS connection: ");
        ClientFiles(Authority.IssueClient("filesd"));
        (await FaultAsync(Asking(Find(kubeconfig: Kubeconfig(
            "client-certificate: client.crt, client-key: client.key", $"server: {plain}"))))).Should().StartWith("no TLS connection: ").And.NotContain("filesd");
    }

    private Func<Task<string[]>> Ask() => Asking(Find(server: Front.Uri, authorities: Folder["ca.crt"]));
}

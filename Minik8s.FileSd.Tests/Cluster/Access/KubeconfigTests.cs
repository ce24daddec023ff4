using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster.Access;

/// <summary>What a kubeconfig may say, each over a real TLS connection.</summary>
internal sealed class KubeconfigTests : AccessTest
{
    [Test]
    public async Task A_token_is_sent_as_bearer()
    {
        (await AskAsync(Find(kubeconfig: Kubeconfig("token: s3cret")))).Should().Equal("p");
        Front.Asked.Should().Equal("Bearer s3cret");
    }

    [Test]
    public async Task A_token_file_counts_before_a_token_and_its_path_starts_from_the_kubeconfig()
    {
        Write("t", "from-file\n");
        (await AskAsync(Find(kubeconfig: Kubeconfig("token: s3cret, tokenFile: t")))).Should().Equal("p");
        Front.Asked.Should().Equal("Bearer from-file");
    }

    [Test]
    public async Task A_user_name_and_a_password_are_sent_as_basic()
    {
        (await AskAsync(Find(kubeconfig: Kubeconfig("username: jürgen, password: 'a:b'")))).Should().Equal("p");
        Front.Asked.Should().Equal("Basic asO8cmdlbjphOmI=");
    }

    [Test]
    public async Task A_client_certificate_may_stand_in_files()
    {
        ClientFiles(Authority.IssueClient("filesd"));
        (await AskAsync(Find(kubeconfig: Kubeconfig("client-certificate: client.crt, client-key: client.key")))).Should().Equal("p");
        Front.Asked.Should().Equal("CN=filesd");
    }

    [Test]
    public async Task A_client_certificate_may_stand_in_the_kubeconfig_beside_a_token_and_counts_before_files()
    {
        var (pem, key) = ClientFiles(Authority.IssueClient("data"));
        ClientFiles(Authority.IssueClient("file"));
        (await AskAsync(Find(kubeconfig: Kubeconfig(
            $"client-certificate-data: {Data(pem)}, client-key-data: {Data(key)}, client-certificate: client.crt, client-key: client.key")))).Should().Equal("p");
        Front.Asked.Should().Equal("CN=data");
    }

    [Test]
    public async Task Authorities_may_stand_in_it_and_be_several()
    {
        using var other = new TestAuthority("other");
        (await AskAsync(Find(kubeconfig: Kubeconfig("token: t", Server($"certificate-authority-data: {Data(other.Pem + "\n" + Authority.Pem)}"))))).Should().Equal("p");
    }

    [Test]
    public async Task The_check_of_the_certificate_may_be_skipped() =>
        (await AskAsync(Find(kubeconfig: Kubeconfig("token: t", Server("insecure-skip-tls-verify: true"))))).Should().Equal("p");

    [Test]
    public async Task A_tls_server_name_takes_the_place_of_the_host()
    {
        Front.Certificate = Authority.Issue("kubernetes.test");
        (await AskAsync(Find(kubeconfig: Kubeconfig("token: t", Server("certificate-authority: ca.crt, tls-server-name: kubernetes.test"))))).Should().Equal("p");
    }

    [Test]
    public async Task A_proxy_stands_between_and_resolves_the_name()
    {
        Front.Certificate = Authority.Issue("api.test");
        await using var proxy = new ConnectProxy(Front.Port);
        (await AskAsync(Find(kubeconfig: Kubeconfig(
            "token: t", $"server: 'https://api.test:6443', certificate-authority: ca.crt, proxy-url: 'http://me:pa%3Ass@127.0.0.1:{proxy.Port}'")))).Should().Equal("p");
        proxy.Asked.Should().OnlyContain(head => head.StartsWith("CONNECT api.test:6443 "))
            .And.Contain(head => head.Contains("Proxy-Authorization: Basic bWU6cGE6c3M="));
    }

    [Test]
    public async Task A_proxy_that_refuses_is_told_without_its_password()
    {
        await using var proxy = new ConnectProxy(Front.Port, refuses: true);
        (await FaultAsync(Asking(Find(kubeconfig: Kubeconfig("token: s3cret", $"server: 'https://api.test:6443', proxy-url: 'http://me:s3cret@127.0.0.1:{proxy.Port}'"))))).Should()
            .Contain("proxy").And.Contain("407").And.NotContain("s3cret");
    }

    [Test]
    public async Task Of_several_files_the_first_that_says_something_counts_and_a_missing_one_says_nothing()
    {
        Write("contexts", "{current-context: b, contexts: [{name: a, context: {cluster: c}}, {name: b, context: {cluster: c, user: v}}]}");
        Write("users", "{users: [{name: v, user: {token: first}}]}");
        Kubeconfig("token: second");
        Environment["KUBECONFIG"] = string.Join(':', Folder["missing"], Folder["contexts"], Folder["users"], Folder["config"]);
        (await AskAsync(Find())).Should().Equal("p");
        (await AskAsync(Find(context: "here"))).Should().Equal("p");
        (await AskAsync(Find(context: "a"))).Should().Equal("p");
        Front.Asked.Should().Equal("Bearer first", "Bearer second", "");
    }

    [Test]
    public void An_unknown_context_is_told_with_those_that_are_there() =>
        Problem(() => Find(kubeconfig: Kubeconfig("token: t"), context: "there"))
            .Should().Be($"the kubeconfig {Folder["config"]} cannot be used: --api.context is \"there\", which is not in it; it has \"here\"");

    [TestCase("{contexts: [{name: a}, {name: b}]}", "it has no current-context; name one by --api.context: it has \"a\", \"b\"")]
    [TestCase("{current-context: x}", "its current-context is \"x\", which is not in it; it has none")]
    [TestCase("", "it has no current-context; name one by --api.context: it has none")]
    [TestCase("{current-context: a, contexts: [{name: a}]}", "its context \"a\" names no cluster")]
    [TestCase("{current-context: a, contexts: [{name: a, context: {cluster: x}}], clusters: [{name: c}]}", "the cluster of the context a is \"x\", which is not in it; it has \"c\"")]
    [TestCase("{current-context: a, contexts: [{name: a, context: {cluster: c, user: x}}], clusters: [{name: c, cluster: {server: 'http://h'}}]}", "the user of the context a is \"x\", which is not in it; it has none")]
    [TestCase("{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c}]}", "the cluster c in the kubeconfig", "says nothing")]
    [TestCase("{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'h:1'}}]}", "is not an http or https address")]
    [TestCase("{current-context: a, contexts: [{name: a, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://s3cret@h'}}]}", "contains credentials")]
    [TestCase("a: b: s3cret", "it is not valid YAML (line 1, column ")]
    [TestCase("[s3cret]", "it is not valid YAML")]
    [TestCase("{contexts: s3cret}", "it is not valid YAML")]
    [TestCase("\u0000\u0001", "it is not valid YAML")]
    public void What_is_missing_or_wrong_is_told_with_the_file(string content, params string[] problems)
    {
        Write("config", content);
        Problem(() => Find(kubeconfig: Folder["config"])).Should().ContainAll([Folder["config"], .. problems]).And.NotContain("s3cret");
    }

    [TestCase("client-certificate: gone.crt, client-key: gone.key", "gone.crt cannot be read: there is no such file")]
    [TestCase("client-certificate-data: s3cret*, client-key-data: s3cret*", "client-certificate-data of the user u in the kubeconfig", "it is not base64")]
    [TestCase("client-certificate-data: czNjcmV0, client-key-data: czNjcmV0", "the client certificate of the user u in the kubeconfig", "cannot be used")]
    [TestCase("client-certificate: ca.crt", "has a client-certificate and no client-key")]
    [TestCase("client-key: ca.crt", "has a client-key and no client-certificate")]
    [TestCase("token: 's3cret s3cret'", "it is not one word of printable ASCII")]
    [TestCase("as: root, token: s3cret", "acts as another")]
    [TestCase("auth-provider: {name: gcp}", "has the auth-provider gcp")]
    [TestCase("exec: {apiVersion: client.authentication.k8s.io/v1}", "has no command")]
    [TestCase("exec: {command: x, apiVersion: v1}", "has an apiVersion other than client.authentication.k8s.io/v1")]
    public void A_user_that_is_of_no_use_is_told(string user, params string[] problems) =>
        Problem(() => Find(kubeconfig: Kubeconfig(user))).Should().ContainAll(problems).And.NotContain("s3cret");

    [TestCase("certificate-authority: gone.crt", "gone.crt cannot be read: there is no such file")]
    [TestCase("certificate-authority-data: '?'", "it is not base64")]
    [TestCase("certificate-authority-data: YQ==", "holds no certificate in PEM format")]
    [TestCase("proxy-url: 'ftp://x'", "is not an http, https or socks5 address")]
    public void A_cluster_that_is_of_no_use_is_told(string cluster, string problem) =>
        Problem(() => Find(kubeconfig: Kubeconfig("token: t", Server(cluster)))).Should().Contain(problem);
}

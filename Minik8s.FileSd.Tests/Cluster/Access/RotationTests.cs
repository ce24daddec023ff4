using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster.Access;

/// <summary>What is replaced on disk while the program runs.</summary>
internal sealed class RotationTests : AccessTest
{
    [Test]
    public async Task A_401_has_the_token_file_read_again_at_once()
    {
        Write("t", "first");
        var ask = Asking(Find(kubeconfig: Kubeconfig("tokenFile: t")));
        (await ask()).Should().Equal("p");
        Front.Check = http =>
        {
            Write("t", "second");
            return http.Request.Headers.Authorization == "Bearer second" ? 200 : 401;
        };
        (await ask()).Should().Equal("p");
        Front.Asked.Should().Equal("Bearer first", "Bearer first", "Bearer second");
    }

    [Test]
    public async Task A_client_certificate_is_taken_from_its_new_files_by_a_new_connection()
    {
        ClientFiles(Authority.IssueClient("first"));
        var ask = Asking(Find(kubeconfig: Kubeconfig("client-certificate: client.crt, client-key: client.key")));
        await ask();
        var (_, key) = ClientFiles(Authority.IssueClient("second"));
        await ask();
        Front.Asked.Should().Equal("CN=first", "CN=second");

        ClientFiles(Authority.IssueClient("third"));
        Write("client.key", key);
        (await FaultAsync(ask)).Should().StartWith($"the client certificate of {Folder["client.crt"]} cannot be used", "only half of it is new");
        ClientFiles(Authority.IssueClient("fourth"));
        (await ask()).Should().Equal("p");
    }

    [Test]
    public async Task A_new_authority_is_trusted_once_it_is_in_its_file()
    {
        using var next = new TestAuthority("next");
        var ask = Asking(Find(server: Front.Uri, authorities: Folder["ca.crt"]));
        await ask();
        await Front.DisposeAsync();
        await using var second = await SecureFront.StartAsync(Cluster.Server.Uri, next.Issue("127.0.0.1"), port: Front.Port);
        (await FaultAsync(ask)).Should().Contain("unknown authority");
        Write("ca.crt", next.Pem);
        (await ask()).Should().Equal("p");
    }

    [Test]
    public async Task A_kubeconfig_is_read_again_even_for_another_server()
    {
        await using var other = await SecureFront.StartAsync(Cluster.Server.Uri, Authority.Issue("127.0.0.1"));
        var api = Api(Find(kubeconfig: Kubeconfig("token: first")), selector: "log in (prometheus, b),example.com/a!=b");
        var ask = async () => (await api.ListAsync(new ListQuery(null, null, null), default).ToListAsync()).Select(part => part.Item?.Metadata.Name).OfType<string>();
        await ask();
        Write("config", "a: b: c");
        (await FaultAsync(ask)).Should().Contain("it is not valid YAML");
        Kubeconfig("token: second", $"server: {other.Uri}, certificate-authority: ca.crt");
        (await ask()).Should().Equal("p");
        Cluster.Server.Faults.Requests[^1].ToString().Should().Be(Cluster.Server.Faults.Requests[0].ToString(), "a query stays what it is");
        Front.Asked.Should().Equal("Bearer first");
        other.Asked.Should().Equal("Bearer second");
    }

    [Test]
    public async Task A_volume_that_is_replaced_by_a_link_as_the_kubelet_does_is_seen()
    {
        Directory.CreateDirectory(Folder["1"]);
        Directory.CreateDirectory(Folder["2"]);
        using var wrong = new TestAuthority("wrong");
        Write("1/ca.crt", wrong.Pem);
        Write("2/ca.crt", Authority.Pem);
        File.CreateSymbolicLink(Folder["data"], "1");
        var ask = Asking(Find(server: Front.Uri, authorities: Folder["data/ca.crt"]));
        (await FaultAsync(ask)).Should().Contain("unknown authority");
        File.Delete(Folder["data"]);
        File.CreateSymbolicLink(Folder["data"], "2");
        (await ask()).Should().Equal("p");
    }
}

namespace Minik8s.FileSd.Tests.Cluster.Access;

/// <summary>In which order the server is looked for.</summary>
internal sealed class FindingTests : AccessTest
{
    [Test]
    public async Task In_a_pod_the_service_account_is_taken_and_its_token_read_for_each_request()
    {
        Pod();
        var ask = Asking(Find());
        (await ask()).Should().Equal("p");
        Write("serviceaccount/token", "second");
        (await ask()).Should().Equal("p");
        Front.Asked.Should().Equal("Bearer first", "Bearer second");
    }

    [Test]
    public void Everything_is_looked_for_in_its_order()
    {
        Directory.CreateDirectory(Folder[".kube"]);
        File.Copy(Kubeconfig("token: t"), Folder[".kube/config"]);
        Pod();
        Environment["KUBECONFIG"] = Folder["config"];
        Environment["HOME"] = Folder.Path;

        Find(server: new Uri("http://127.0.0.1:1/"), kubeconfig: Folder["config"]).Origin.Should().Be("--api.server");
        Find(kubeconfig: Folder["config"]).Origin.Should().Be($"the kubeconfig {Folder["config"]} (--api.kubeconfig)");
        Find(context: "here").Origin.Should().Be($"the kubeconfig {Folder["config"]} (the variable KUBECONFIG, context \"here\")", "a context is one of a kubeconfig");
        Find().Origin.Should().Be($"the service account of this pod, {Folder["serviceaccount"]}");
        Environment.Remove("KUBERNETES_SERVICE_HOST");
        Find().Origin.Should().Be($"the kubeconfig {Folder["config"]} (the variable KUBECONFIG)");
        Environment.Remove("KUBECONFIG");
        Write("ca.crt", Authority.Pem);
        File.Copy(Folder["ca.crt"], Folder[".kube/ca.crt"]);
        Find().Origin.Should().Be($"the kubeconfig {Folder[".kube/config"]} (the standard place)");
        File.Delete(Folder[".kube/config"]);
        Find().First.Server.Should().Be(new Uri("http://127.0.0.1:8080/"));
        Find().Origin.Should().Contain("the standard address");
    }

    [Test]
    public async Task A_server_that_is_named_gets_no_credentials_that_were_meant_for_another()
    {
        Pod();
        Environment["KUBECONFIG"] = Kubeconfig("token: t");
        (await AskAsync(Find(server: Front.Uri, authorities: Folder["ca.crt"]))).Should().Equal("p");
        Front.Asked.Should().Equal("");
    }

    [Test]
    public async Task A_token_and_authorities_of_flags_take_the_place_of_those_that_were_found()
    {
        Write("t", "flag");
        (await AskAsync(Find(kubeconfig: Kubeconfig("token: found", $"server: {Front.Uri}"), tokenFile: Folder["t"], authorities: Folder["ca.crt"]))).Should().Equal("p");
        Front.Asked.Should().Equal("Bearer flag");
    }

    [TestCase("token")]
    [TestCase("ca.crt")]
    public void A_pod_that_is_given_no_token_is_none(string missing)
    {
        Pod();
        File.Delete(Folder[$"serviceaccount/{missing}"]);
        Find().Origin.Should().Contain("the standard address");
    }

    [Test]
    public void A_context_without_a_kubeconfig_is_told() =>
        Problem(() => Find(context: "x")).Should().Be("--api.context names a context, and there is no kubeconfig; name it by --api.kubeconfig");

    [Test]
    public void A_kubeconfig_that_was_found_and_is_broken_is_told_with_a_way_around_it()
    {
        Write("config", "a: b: c");
        Environment["KUBECONFIG"] = Folder["config"];
        Problem(() => Find()).Should().Contain(Folder["config"]).And.EndWith(
            "(found by the variable KUBECONFIG; to go around it, name another by --api.kubeconfig or the server by --api.server)");
        Environment["KUBECONFIG"] = $"{Folder["x"]}:{Folder["y"]}";
        Problem(() => Find()).Should().Contain("none of its files is there").And.Contain("to go around it");
    }

    [Test]
    public void An_address_of_IPv6_is_put_into_brackets()
    {
        Pod();
        Environment["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        Find().First.Server.Should().Be(new Uri($"https://[fd00::1]:{Front.Port}/"));
    }

    private void Pod()
    {
        Directory.CreateDirectory(Folder["serviceaccount"]);
        Write("serviceaccount/token", "first");
        Write("serviceaccount/ca.crt", Authority.Pem);
        Environment["KUBERNETES_SERVICE_HOST"] = "127.0.0.1";
        Environment["KUBERNETES_SERVICE_PORT"] = $"{Front.Port}";
    }
}

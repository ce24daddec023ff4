using System.Collections;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster.Access;

/// <summary>A server with TLS and a pod, a folder for files, and what it takes to ask for pods with them.</summary>
internal abstract class AccessTest
{
    protected TestAuthority Authority { get; private set; } = null!;

    protected TestCluster Cluster { get; private set; } = null!;

    protected SecureFront Front { get; private set; } = null!;

    protected TempFolder Folder { get; private set; } = null!;

    protected Hashtable Environment { get; private set; } = null!;

    protected virtual ClientCertificateMode Clients => ClientCertificateMode.AllowCertificate;

    [SetUp]
    public async Task Start()
    {
        Authority = new TestAuthority();
        Cluster = await TestCluster.StartAsync();
        Cluster.AddPod("p", "127.0.2.1");
        Folder = new TempFolder();
        Environment = new Hashtable();
        Front = await SecureFront.StartAsync(Cluster.Server.Uri, Authority.Issue("127.0.0.1"), Clients);
        Write("ca.crt", Authority.Pem);
    }

    [TearDown]
    public async Task Stop()
    {
        await Front.DisposeAsync();
        await Cluster.DisposeAsync();
        Folder.Dispose();
        Authority.Dispose();
    }

    protected void Write(string name, string text) => File.WriteAllText(Folder[name], text);

    /// <summary>Writes a kubeconfig with one context; cluster and user are said in YAML's flow style.</summary>
    protected string Kubeconfig(string user, string? cluster = null, string name = "config")
    {
        cluster ??= Server("certificate-authority: ca.crt");
        Write(name, $$"""
            apiVersion: v1
            kind: Config
            current-context: here
            contexts:
              - name: here
                context: { cluster: c, user: u }
            clusters:
              - name: c
                cluster: { {{cluster}} }
            users:
              - name: u
                user: { {{user}} }
            """);
        return Folder[name];
    }

    protected string Server(string more) => $"server: {Front.Uri}, {more}";

    protected static string Data(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));

    protected AccessSource Find(
        Uri? server = null, string? tokenFile = null, string? authorities = null, string? kubeconfig = null, string? context = null, TimeProvider? time = null) =>
        new AccessFinder(Environment, Folder["serviceaccount"], time ?? TimeProvider.System)
            .Find(new AccessWishes(server, tokenFile, authorities, kubeconfig, context));

    /// <summary>A client as the daemon has it.</summary>
    protected static Func<Task<string[]>> Asking(AccessSource source)
    {
        var api = Api(source);
        return async () => [.. (await api.ListAsync(new ListQuery(null, null, null), default).ToListAsync()).Select(part => part.Item?.Metadata.Name).OfType<string>()];
    }

    protected static ResourceApi<Pod> Api(AccessSource source, string selector = "", string @namespace = "") =>
        new(ApiClient.Create(source, "tests/1"), new Resources(Dialect.Kubernetes).Pods(LabelSelector.Parse(selector), @namespace)[0], TimeProvider.System);

    protected static Task<string[]> AskAsync(AccessSource source) => Asking(source)();

    /// <summary>Asks once and returns the fault as it is told.</summary>
    protected static async Task<string> FaultAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Exception fault)
        {
            return FaultText.Of(fault);
        }

        throw new AssertionException("it should have failed");
    }

    protected static string Problem(Func<AccessSource> find) => find.Should().Throw<AccessException>().Which.Message;

    protected (string Certificate, string Key) ClientFiles(X509Certificate2 certificate, string name = "client")
    {
        var (pem, key) = TestAuthority.Pems(certificate);
        Write($"{name}.crt", pem);
        Write($"{name}.key", key);
        return (pem, key);
    }
}

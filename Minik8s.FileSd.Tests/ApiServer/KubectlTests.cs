using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Minik8s.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>The real kubectl against the server.</summary>
internal sealed class KubectlTests : ApiServerTest
{
    private const string Manifest = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: web
          labels: {log: prometheus}
        spec:
          nodeName: n1
          containers:
          - name: app
            image: app:1
            ports: [{name: prometheus, containerPort: 2112}]
        status: {phase: Running, podIP: 10.0.0.9, containerStatuses: [{name: app, ready: true, restartCount: 0}]}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: n1}
        status: {conditions: [{type: Ready, status: "True"}], nodeInfo: {kubeletVersion: v1.30.0}}
        """;

    private string _home = null!;

    private X509Certificate2 _certificate = null!;

    /// <summary>kubectl's waits take real time, so the clock is the real one. It sends tokens over TLS only.</summary>
    protected override ApiServerOptions Options =>
        new() { Token = "secret", Certificate = _certificate = TestAuthority.IssueOne() };

    [SetUp]
    public void WriteKubeconfig()
    {
        _home = Directory.CreateTempSubdirectory("kubectl-").FullName;
        var authority = Convert.ToBase64String(Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem()));
        File.WriteAllText(Path.Combine(_home, "config"), $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: test, cluster: {server: "{{{Server.Uri}}}", certificate-authority-data: {{{authority}}} } }]
            users: [{name: test, user: {token: secret} }]
            contexts: [{name: test, context: {cluster: test, user: test} }]
            current-context: test
            """);
        File.WriteAllText(Path.Combine(_home, "web.yaml"), Manifest);
    }

    [TearDown]
    public void RemoveKubeconfig()
    {
        Directory.Delete(_home, recursive: true);
        _certificate.Dispose();
    }

    [Test]
    public async Task It_creates_and_gets()
    {
        (await Run("create -f web.yaml")).Should().Be("pod/web created\nnode/n1 created\n");

        Words(await Run("get nodes")).Should().StartWith("NAME STATUS ROLES AGE VERSION n1 Ready <none> ").And.EndWith(" v1.30.0");
        Words(await Run("get pods -A")).Should().StartWith("NAMESPACE NAME READY STATUS RESTARTS AGE default web 1/1 Running 0 ");
        Words(await Run("get pods -o wide")).Should().Contain(" 10.0.0.9 n1 ");
        (await Run("get pods -l log=prometheus,!x --field-selector spec.nodeName=n1 -o name")).Should().Be("pod/web\n");
        (await Run("get pod web -o json")).Should().Contain("\"podIP\": \"10.0.0.9\"");
        (await Run("get ns")).Should().Contain("default");
        (await Run("describe pod web")).Should().Contain("10.0.0.9");
    }

    [Test]
    public async Task It_applies_patches_labels_and_annotates()
    {
        await Run("apply -f web.yaml");
        (await Run("apply -f web.yaml")).Should().Be("pod/web unchanged\nnode/n1 unchanged\n");
        File.WriteAllText(Path.Combine(_home, "web.yaml"), Manifest.Replace("app:1", "app:2"));
        (await Run("apply -f web.yaml")).Should().Be("pod/web configured\nnode/n1 unchanged\n");
        await Run("patch pod web -p {\"spec\":{\"containers\":[{\"name\":\"app\",\"tty\":true}]}}");
        await Run("patch pod web --type=merge -p {\"metadata\":{\"labels\":{\"m\":\"1\"}}}");
        await Run("patch pod web --type=json -p [{\"op\":\"add\",\"path\":\"/metadata/labels/j\",\"value\":\"2\"}]");
        await Run("label pod web a=b log-");
        await Run("annotate pod web c=d");
        await Run("cordon n1");

        var pod = (JsonObject)JsonNode.Parse(await Run("get pod web -o json"))!;

        pod["metadata"]!["labels"]!.ToJsonString().Should().Be("""{"a":"b","j":"2","m":"1"}""");
        pod["metadata"]!["annotations"]!["c"]!.GetValue<string>().Should().Be("d");
        pod["spec"]!["containers"]![0]!["image"]!.GetValue<string>().Should().Be("app:2");
        pod["spec"]!["containers"]![0]!["tty"]!.GetValue<bool>().Should().BeTrue();
        Words(await Run("get nodes")).Should().Contain("Ready,SchedulingDisabled");
    }

    [Test]
    public async Task It_deletes_and_waits_until_the_pod_has_gone()
    {
        await Run("create -f web.yaml");

        (await Run("delete pod web --grace-period=1")).Should().Contain("pod \"web\" deleted");

        (await Run("get pods", 0)).Should().BeEmpty();
        (await Run("delete node n1")).Should().Contain("node \"n1\" deleted");
        await Run("get pod web", 1);
    }

    [Test]
    public async Task It_deletes_by_force()
    {
        await Run("create -f web.yaml");

        (await Run("delete pod web --force --grace-period=0")).Should().Contain("pod \"web\" force deleted");

        await Run("get pod web", 1);
    }

    [Test]
    public async Task It_watches_and_validates()
    {
        await Run("create -f web.yaml");
        using var watch = Executable.Start("kubectl", ["get", "pods", "-w", "--no-headers"], Environment);
        (await watch.StandardOutput.ReadLineAsync()).Should().Contain("Running");

        await Run("delete pod web --force --grace-period=0");
        var gone = await watch.StandardOutput.ReadLineAsync();
        watch.Kill();

        gone.Should().StartWith("web");
        File.WriteAllText(Path.Combine(_home, "web.yaml"), Manifest.Replace("name: web", "name: Not_A_Name"));
        (await Run("create -f web.yaml", 1)).Should().BeOneOf("", "node/n1 created\n");
    }

    private Dictionary<string, string> Environment => new() { ["KUBECONFIG"] = Path.Combine(_home, "config"), ["HOME"] = _home };

    private async Task<string> Run(string command, int code = 0)
    {
        var args = command.Replace("web.yaml", Path.Combine(_home, "web.yaml")).Split(' ');
        var finished = await Executable.RunAsync("kubectl", args, Environment);
        finished.Code.Should().Be(code, $"kubectl {command} said {finished.Out}{finished.Error}");
        return finished.Out;
    }

    private static string Words(string table) =>
        string.Join(' ', table.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}

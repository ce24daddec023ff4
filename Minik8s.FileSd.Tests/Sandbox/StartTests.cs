using System.Net;
using Minik8s.FileSd.Tests.EndToEnd;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Sandbox;

/// <summary>What is looked at before, while and after the sandbox starts.</summary>
internal sealed class StartTests
{
    private static readonly Programs Bare = new("api-server", "daemon", "app", "prometheus", "node_exporter", Alertmanager: null, Grafana: null);

    [Test]
    public void One_address_for_two_programs_is_refused_with_both_flags()
    {
        var options = OwnAddresses.Options();
        options = options with { Prometheus = options.Api };
        FluentActions.Invoking(() => PortPlan.Check(options, Bare)).Should().Throw<SandboxException>()
            .WithMessage($"{options.Api} is wanted twice: API server (--api), Prometheus (--prometheus).");
    }

    [Test]
    public void Alertmanagers_port_is_looked_at_only_where_there_is_one()
    {
        var options = OwnAddresses.Options();
        options = options with { Alertmanager = options.Api };
        FluentActions.Invoking(() => PortPlan.Check(options, Bare)).Should().NotThrow();
        FluentActions.Invoking(() => PortPlan.Check(options, Bare with { Alertmanager = "alertmanager" }))
            .Should().Throw<SandboxException>()
            .WithMessage($"{options.Api} is wanted twice: API server (--api), Alertmanager (--alertmanager).");
    }

    [Test]
    public void The_address_of_the_original_Minik8s_is_looked_at_when_it_is_wanted()
    {
        var options = OwnAddresses.Options();
        options = options with { Classic = options.Api };
        FluentActions.Invoking(() => PortPlan.Check(options, Bare)).Should().Throw<SandboxException>()
            .WithMessage($"{options.Api} is wanted twice: API server (--api), API server as the original Minik8s (--classic-address).");
    }

    [Test]
    public void The_daemon_follows_the_API_of_Kubernetes()
    {
        var options = SandboxOptions.Default;
        ControlPlane.ApiServer(options, Bare).Arguments.Should().Equal("--listen", "127.0.0.1:8080");
        ControlPlane.Daemon(options, Bare, "/t").Arguments.Should().Equal(
            "--api.server", "http://127.0.0.1:8080",
            "--targets.dir", "/t",
            "--node.port", "9100",
            "--web.listen-address", "127.0.0.1:9099",
            "--prometheus.url", "http://127.0.0.1:9090");
    }

    [Test]
    public void The_daemon_follows_the_original_Minik8s_when_it_is_wanted()
    {
        var options = SandboxOptions.Default with { Classic = new IPEndPoint(IPAddress.Loopback, 8090) };
        ControlPlane.ApiServer(options, Bare).Arguments.Should().Equal(
            "--listen", "127.0.0.1:8080", "--classic-address", "127.0.0.1:8090");
        ControlPlane.Daemon(options, Bare, "/t").Arguments.Should().Equal(
            "--api.server", "http://127.0.0.1:8090", "--api.dialect", "minik8s",
            "--targets.dir", "/t",
            "--node.port", "9100",
            "--web.listen-address", "127.0.0.1:9099",
            "--prometheus.url", "http://127.0.0.1:9090");
    }

    [TestCase("--classic")]
    [TestCase("acceptance --classic")]
    [TestCase("--classic --classic-address 127.0.0.2:8090")]
    [TestCase("acceptance --classic --classic-address 127.0.0.2:8090")]
    public void The_sandbox_and_the_acceptance_run_can_be_of_the_original_Minik8s(string flags) =>
        Minik8s.Sandbox.CommandLine.Root().Parse(flags.Split(' ')).Errors.Should().BeEmpty();

    [Test]
    public void The_address_of_the_original_Minik8s_is_of_this_machine() =>
        Minik8s.Sandbox.CommandLine.Root().Parse(["--classic-address", "192.0.2.1:8090"]).Errors.Should().ContainSingle()
            .Which.Message.Should().Be("192.0.2.1:8090 is not an address and port of this machine, such as 127.0.0.1:8080");

    [Test]
    public void Ranges_that_overlap_are_refused()
    {
        var options = OwnAddresses.Options();
        options = options with { PodRange = new IPNetwork(options.NodeRange.BaseAddress, 28) };
        FluentActions.Invoking(() => PortPlan.Check(options, Bare)).Should().Throw<SandboxException>().WithMessage("*overlap*");
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("99999")]
    [TestCase("http")]
    public void A_node_port_that_is_none_is_refused(string port) =>
        Minik8s.Sandbox.CommandLine.Root().Parse(["--node-port", port]).Errors.Should().ContainSingle()
            .Which.Message.Should().Be($"{port} is not a port, 1 to 65535");

    [Test]
    public async Task An_installation_is_asked_to_end_and_waited_for()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["script.sh"], """
            trap 'touch "$1/ended"; exit 143' TERM
            touch "$1/started"
            while :; do sleep 0.05; done
            """);
        using var stop = new CancellationTokenSource();
        var run = DebianPackages.RunAsync(folder["script.sh"], [folder.Path], stop.Token);
        await Eventually.Holds(() => File.Exists(folder["started"]), "the script runs");

        await stop.CancelAsync();
        await FluentActions.Awaiting(() => run).Should().ThrowAsync<OperationCanceledException>();
        File.Exists(folder["ended"]).Should().BeTrue();
    }

    [TestCase("info: Wrote /t/pods.json: 1 targets, 80 bytes", true)]
    [TestCase("info: /t/pods.json already says the same: 1 targets; it is not written", true)]
    [TestCase("info: Wrote /t/nodes.json: 2 targets, 80 bytes", false)]
    [TestCase("fail: Cannot write /t/pods.json: disk full. The old file stays; next try in 1.0 s", false)]
    public void The_daemon_is_ready_when_it_says_so(string line, bool ready)
    {
        using var folder = new TempFolder();
        DaemonLog.SaysPublished(folder["log"], "pods.json").Should().BeFalse();
        File.WriteAllText(folder["log"], $"info: starting\n{line}\n");
        DaemonLog.SaysPublished(folder["log"], "pods.json").Should().Be(ready);
    }

    [Test]
    public void A_run_folder_that_is_gone_already_is_no_fault_at_the_end()
    {
        var folder = new RunFolder();
        Directory.Delete(folder.Path, recursive: true);
        folder.Invoking(it => it.Dispose()).Should().NotThrow();
    }
}

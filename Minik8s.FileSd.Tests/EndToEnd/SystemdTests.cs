using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Minik8s.ApiServer.Faults;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>What systemd is told, on a socket such as it has.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class SystemdTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task It_is_told_that_the_daemon_runs_what_it_does_and_that_it_ends(bool isAbstract)
    {
        using var folder = new TempFolder();
        await using var systemd = new NotifySocket(isAbstract ? $"@minik8s-filesd-{Guid.NewGuid():N}" : folder["notify"]);
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p", "127.0.2.1");
        cluster.AddPod("portless", "127.0.2.2", portName: "http");
        await using var daemon = Run(systemd, cluster, "", web.Flag);
        await systemd.Until("READY=1");
        (await web.ReadinessAsync()).Should().NotBeEmpty("it listens before it says so");
        await systemd.Until("STATUS=1 node, 2 pods followed; nodes.json 1 target, pods.json 1 target");

        cluster.Server.Faults.Add(Fault.Reply.Status(500));
        cluster.Server.Faults.ResetConnections();
        await systemd.Until("STATUS=nodes: not followed: ");
        await daemon.Signal("TERM");
        (await daemon.ExitCode()).Should().Be(0);
        await systemd.Until("STOPPING=1");
        systemd.Heard.First().Should().Be("READY=1");
        systemd.Heard.Should().NotContain("WATCHDOG=1", "none is wanted");
    }

    [Test]
    public async Task An_API_server_that_is_away_does_not_keep_it_from_being_ready_for_systemd()
    {
        using var folder = new TempFolder();
        await using var systemd = new NotifySocket(folder["notify"]);
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Server.StopAsync();
        await using var daemon = Run(systemd, cluster, "");
        await systemd.Until("READY=1");
        await systemd.Until("STATUS=nodes: not listed yet: ");
    }

    [Test]
    public async Task It_gets_signs_of_life_when_it_wants_them()
    {
        using var folder = new TempFolder();
        await using var systemd = new NotifySocket(folder["notify"]);
        await using var cluster = await TestCluster.StartAsync();
        await using var daemon = Run(systemd, cluster, "export WATCHDOG_USEC=200000 WATCHDOG_PID=$$; ");
        await systemd.Until("WATCHDOG=1", times: 5);
        systemd.Heard.First().Should().Be("READY=1");
    }

    [TestCase("/no/such/socket")]
    [TestCase("/longer/than/a/socket/may/be/called/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789")]
    [TestCase("@")]
    public async Task A_socket_that_cannot_be_is_told_once_and_harms_nothing(string socket)
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("p", "127.0.2.1");
        await using var daemon = Daemon.RunInShell(
            $"export NOTIFY_SOCKET={socket} WATCHDOG_USEC=200000; \"$@\"",
            "--api.server", $"{cluster.Server.Uri}", "--targets.dir", cluster.Folder, "--log.format", "json");
        await daemon.UntilLogged(106);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
        await daemon.Signal("TERM");
        (await daemon.ExitCode()).Should().Be(0);
        daemon.Logged(106).Should().Be(1);
    }

    [Test]
    public async Task A_socket_that_nobody_reads_any_more_is_told_once_and_harms_nothing()
    {
        using var folder = new TempFolder();
        await using var cluster = await TestCluster.StartAsync();
        Daemon daemon;
        await using (var systemd = new NotifySocket(folder["notify"]))
        {
            daemon = Run(systemd, cluster, "export WATCHDOG_USEC=200000; ");
            await systemd.Until("WATCHDOG=1");
        }

        await using (daemon)
        {
            await daemon.UntilLogged(106);
            cluster.AddPod("p", "127.0.2.1");
            await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
            await daemon.Signal("TERM");
            (await daemon.ExitCode()).Should().Be(0);
            daemon.Logged(106).Should().Be(1);
        }
    }

    [TestCase("10000000", null, 10_000)]
    [TestCase("10000000", "42", 10_000)]
    [TestCase("10000000", "43", null)]
    [TestCase("0", null, null)]
    [TestCase("soon", null, null)]
    [TestCase(null, null, null)]
    public void The_interval_of_the_signs_of_life_is_read_as_systemd_gives_it(string? microseconds, string? process, int? milliseconds) =>
        Systemd.Watchdog(new Dictionary<string, string?> { ["WATCHDOG_USEC"] = microseconds, ["WATCHDOG_PID"] = process }, 42)
            .Should().Be(milliseconds is { } length ? TimeSpan.FromMilliseconds(length) : null);

    private static Daemon Run(NotifySocket systemd, TestCluster cluster, string exports, params string[] more) => Daemon.RunInShell(
        $"export NOTIFY_SOCKET='{systemd.Name}'; {exports}exec \"$@\"",
        ["--api.server", $"{cluster.Server.Uri}", "--targets.dir", cluster.Folder, "--log.format", "json", .. more]);

    /// <summary>The socket that systemd names to a unit of <c>Type=notify</c>.</summary>
    private sealed class NotifySocket : IAsyncDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        private readonly ConcurrentQueue<string> _heard = new();
        private readonly Task _reading;

        public NotifySocket(string name)
        {
            Name = name;
            _socket.Bind(new UnixDomainSocketEndPoint(name[0] == '@' ? $"\0{name[1..]}" : name));
            _reading = ReadAsync();
        }

        /// <summary>As systemd writes it: an <c>@</c> for a name that is no file.</summary>
        public string Name { get; }

        public IReadOnlyCollection<string> Heard => _heard;

        public Task Until(string beginning, int times = 1) => Eventually.Holds(
            () => _heard.Count(said => said.StartsWith(beginning, StringComparison.Ordinal)) >= times,
            $"systemd has heard {beginning} {times} times, not only {string.Join(" | ", _heard)}");

        public async ValueTask DisposeAsync()
        {
            _socket.Dispose();
            await _reading;
        }

        private async Task ReadAsync()
        {
            var buffer = new byte[4096];
            try
            {
                while (true)
                    _heard.Enqueue(Encoding.ASCII.GetString(buffer, 0, await _socket.ReceiveAsync(buffer)));
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // Disposed: it has heard enough.
            }
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Minik8s.ApiServer.Faults;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The web endpoint of a real daemon: what it says when, and that nobody who asks can harm the files.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class WebTests
{
    private const string NodesVerified = "file_last_verified_timestamp_seconds{file=\"nodes.json\"}";
    private const string PodsVerified = "file_last_verified_timestamp_seconds{file=\"pods.json\"}";

    [Test]
    public async Task It_is_ready_when_both_streams_are_followed_and_both_files_written()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        var fault = cluster.Server.Faults.Add(Fault.Reply.Status(500), request => request.Resource == "pods");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.Until(
            lines => lines is [var pods, "pods.json: not written yet"]
                && pods.StartsWith("pods: not listed yet: the server answered 500", StringComparison.Ordinal),
            "only the pods are missing, and it is said why");
        (await web.GetAsync("/readyz")).Code.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await web.GetAsync("/healthz")).Should().Be((HttpStatusCode.OK, "ok\n"), "an outage is no illness");

        fault.Dispose();
        await web.UntilReady();
        (await web.GetAsync("/readyz")).Should().Be((HttpStatusCode.OK, "ready\n"));
    }

    [Test]
    public async Task During_an_outage_the_verified_moment_stands_still_and_afterwards_it_moves()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();

        cluster.Server.Faults.Add(new Fault.Refuse());
        cluster.Server.Faults.ResetConnections();
        await web.Until(lines => lines.Length == 2 && lines.All(line => line.Contains(": not followed: ")), "neither stream is followed");
        var before = await web.ScrapeAsync();
        before["stream_synced{resource=\"pods\"}"].Should().Be(0);
        await Eventually.Holds(async () => Faults(await web.ScrapeAsync()) >= Faults(before) + 2, "two more attempts have failed");
        var during = await web.ScrapeAsync();
        during[NodesVerified].Should().Be(before[NodesVerified]);
        during[PodsVerified].Should().Be(before[PodsVerified]);

        cluster.Server.Faults.Clear();
        cluster.AddNode("worker-2", "127.0.1.2");
        cluster.AddPod("p2", "127.0.2.2");
        await web.UntilReady();
        await Eventually.Holds(async () => await web.ScrapeAsync() is var after
            && after[NodesVerified] > before[NodesVerified] && after[PodsVerified] > before[PodsVerified]
            && after["file_targets{file=\"pods.json\"}"] == 2, "what was verified has moved on");
        (await web.ScrapeAsync())["stream_synced{resource=\"pods\"}"].Should().Be(1);

        static double Faults(Scrape scrape) => Enum.GetValues<FileSd.Cluster.FaultReason>()
            .Sum(reason => scrape[$"stream_faults_total{{resource=\"pods\",reason=\"{Telemetry.SnakeCase.Of(reason)}\"}}"]!.Value);
    }

    [Test]
    public async Task After_connections_broke_in_a_quiet_cluster_it_is_ready_again_by_the_list_that_checks()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        await Eventually.Holds(
            async () => await web.ScrapeAsync() is var open
                && open["stream_watches_total{resource=\"nodes\"}"] == 1 && open["stream_watches_total{resource=\"pods\"}"] == 1,
            "the watches are open");
        cluster.Server.Faults.ResetConnections();
        await web.Until(lines => lines.Length == 2, "neither stream is followed");
        await web.UntilReady();
        var scrape = await web.ScrapeAsync();
        scrape["stream_lists_total{resource=\"pods\",reason=\"start\"}"].Should().Be(1);
        scrape["stream_lists_total{resource=\"pods\",reason=\"check\"}"].Should().Be(1);
        scrape["changes_total{resource=\"pods\"}"].Should().Be(0);
    }

    [Test]
    public async Task In_a_quiet_cluster_the_verified_moment_moves_while_nothing_is_said_or_written()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        const string contact = "stream_last_contact_timestamp_seconds{resource=\"pods\"}";
        const string written = "file_last_write_timestamp_seconds{file=\"pods.json\"}";
        await Eventually.Holds(async () => (await web.ScrapeAsync())["stream_watches_total{resource=\"pods\"}"] == 1, "the watch is open");
        var before = await web.ScrapeAsync();
        await Eventually.Holds(async () => (await web.ScrapeAsync())[PodsVerified] > before[PodsVerified], "it moves");
        var after = await web.ScrapeAsync();
        after[contact].Should().Be(before[contact]);
        after[written].Should().Be(before[written]);
    }

    [Test]
    public async Task A_file_that_cannot_be_written_is_missing_until_it_is_and_its_moment_stands_still()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();

        // A file where the staging folder should be: no write can succeed, whoever runs the test.
        var staging = Path.Combine(cluster.Folder, ".staging");
        Directory.Delete(staging);
        await File.WriteAllTextAsync(staging, "");
        cluster.AddPod("p2", "127.0.2.2");
        await web.Until(
            lines => lines is [var line] && line.StartsWith("pods.json: the newest content is not written: ", StringComparison.Ordinal),
            "the file is missing");
        var before = await web.ScrapeAsync();
        const string failures = "file_write_failures_total{file=\"pods.json\"}";
        await Eventually.Holds(async () => (await web.ScrapeAsync())[failures] > before[failures], "another attempt has failed");
        var during = await web.ScrapeAsync();
        during[PodsVerified].Should().Be(before[PodsVerified]);
        during[NodesVerified].Should().BeGreaterThan(before[NodesVerified]!.Value, "the other file is well");

        File.Delete(staging);
        await web.UntilReady();
        await Eventually.Holds(async () => (await web.ScrapeAsync())[PodsVerified] > before[PodsVerified], "it moves again");
    }

    [Test]
    public async Task Objects_are_counted_by_what_became_of_them()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        cluster.AddPod("portless", "127.0.2.3", portName: "http");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        var scrape = await web.ScrapeAsync();
        scrape["objects{resource=\"nodes\",verdict=\"target\"}"].Should().Be(1);
        scrape["objects{resource=\"pods\",verdict=\"target\"}"].Should().Be(1);
        scrape["objects{resource=\"pods\",verdict=\"pod_without_port\"}"].Should().Be(1);

        cluster.DeletePod("portless");
        await Eventually.Holds(
            async () => (await web.ScrapeAsync())["objects{resource=\"pods\",verdict=\"pod_without_port\"}"] == 0, "it is gone");

        // It is counted when what it changes is already known.
        await Eventually.Holds(async () => (await web.ScrapeAsync())["changes_total{resource=\"pods\"}"] > 0, "the change is counted");
    }

    [Test]
    public async Task An_address_that_is_taken_stops_the_start_with_a_line_that_says_what_to_do()
    {
        using var folder = new TempFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var daemon = Daemon.Run("--targets.dir", folder.Path, $"--web.listen-address={other.LocalEndpoint}");
        (await daemon.ExitCode()).Should().Be(2);
        daemon.Lines.Should().Equal(
            $"minik8s-filesd: --web.listen-address {other.LocalEndpoint} cannot be listened on: Address already in use; "
            + "name another, or leave it empty for no endpoint");
    }

    [Test]
    public async Task An_address_of_another_machine_stops_the_start()
    {
        using var folder = new TempFolder();
        await using var daemon = Daemon.Run("--targets.dir", folder.Path, "--web.listen-address=192.0.2.1:9099");
        (await daemon.ExitCode()).Should().Be(2);
        daemon.Lines.Should().ContainSingle().Which.Should()
            .StartWith("minik8s-filesd: --web.listen-address 192.0.2.1:9099 cannot be listened on: ");
    }

    [Test]
    public async Task Once_does_not_listen()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--once", $"--web.listen-address={other.LocalEndpoint}");
        (await daemon.ExitCode()).Should().Be(0, "that the address is taken concerns nobody");
    }

    [Test]
    public async Task Turned_off_it_does_not_listen()
    {
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--web.listen-address=");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
        daemon.Logged(105).Should().Be(0);
        daemon.Listens.Should().BeFalse();

        using var web = new EndpointClient();
        await using var listening = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        listening.Listens.Should().BeTrue("one that does is seen");
    }

    [TestCase("GET", "/", HttpStatusCode.OK)]
    [TestCase("GET", "/metrics/", HttpStatusCode.NotFound)]
    [TestCase("GET", "/sd/services", HttpStatusCode.NotFound)]
    [TestCase("HEAD", "/", HttpStatusCode.OK)]
    [TestCase("HEAD", "/sd/pods", HttpStatusCode.OK)]
    [TestCase("HEAD", "/api/status", HttpStatusCode.OK)]
    [TestCase("HEAD", "/api/objects", HttpStatusCode.OK)]
    [TestCase("HEAD", "/metrics", HttpStatusCode.OK)]
    [TestCase("HEAD", "/healthz", HttpStatusCode.OK)]
    [TestCase("POST", "/metrics", HttpStatusCode.MethodNotAllowed)]
    [TestCase("DELETE", "/readyz", HttpStatusCode.MethodNotAllowed)]
    [TestCase("POST", "/", HttpStatusCode.MethodNotAllowed)]
    [TestCase("PUT", "/sd/pods", HttpStatusCode.MethodNotAllowed)]
    [TestCase("PATCH", "/api/objects", HttpStatusCode.MethodNotAllowed)]
    [TestCase("OPTIONS", "/api/events", HttpStatusCode.MethodNotAllowed)]
    public async Task Few_paths_are_answered_and_only_to_those_who_read(string method, string path, HttpStatusCode code)
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        using var response = await web.SendAsync(new HttpMethod(method), path);
        response.StatusCode.Should().Be(code);
        response.Headers.Server.Should().BeEmpty();
        if (code == HttpStatusCode.MethodNotAllowed)
            response.Content.Headers.Allow.Should().Equal("GET", "HEAD");
        if (method == "HEAD")
            (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task A_flood_of_clients_that_dawdle_holds_up_neither_the_files_nor_the_end()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        var clients = new List<TcpClient>();
        for (var i = 0; i < 300; i++)
        {
            var client = new TcpClient();
            clients.Add(client);
            await client.ConnectAsync(web.Address);
            if (i % 2 == 0)
                await client.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n"u8.ToArray());
        }

        cluster.AddPod("p2", "127.0.2.2");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
        await web.UntilReady();
        await daemon.Signal("TERM");
        (await daemon.ExitCode()).Should().Be(0);
        await daemon.UntilLogged(101);
        clients.ForEach(client => client.Dispose());
    }

    [Test]
    public async Task A_client_that_does_not_read_what_it_asks_for_is_dropped_in_the_end_and_harms_nothing()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        using var client = new TcpClient { ReceiveBufferSize = 1024 };
        await client.ConnectAsync(web.Address);
        var asking = Task.Run(async () =>
        {
            var request = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 100)));
            while (true)
                await client.GetStream().WriteAsync(request);
        });
        cluster.AddPod("p2", "127.0.2.2");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
        await web.UntilReady();
        await Eventually.Holds(() => asking.IsFaulted, "the server has cut it off");
        await FluentActions.Awaiting(() => asking).Should().ThrowAsync<IOException>();
    }

    [Test]
    public async Task A_connection_that_is_kept_alive_does_not_hold_up_the_end()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        await web.ScrapeAsync();
        await daemon.Signal("TERM");
        (await daemon.ExitCode()).Should().Be(0);
        await daemon.UntilLogged(101);
    }

    [Test]
    public async Task Listeners_to_its_events_do_not_hold_up_the_end_and_end_in_good_order()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        var listeners = await Task.WhenAll(Enumerable.Range(0, FileSd.Web.EventStreams.Most).Select(_ => web.ListenAsync()));
        cluster.AddPod("p2", "127.0.2.2");
        foreach (var listener in listeners)
            await Eventually.Holds(async () => await listener.ReadLineAsync() == "event: change", "the change is told");
        await daemon.Signal("TERM");
        (await daemon.ExitCode()).Should().Be(0);
        await daemon.UntilLogged(101);
        foreach (var listener in listeners)
            await listener.ReadToEndAsync();
    }

    [Test]
    public async Task The_target_lists_are_the_bytes_of_the_files()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        (await web.GetAsync("/sd/nodes")).Should().Be((HttpStatusCode.OK, await File.ReadAllTextAsync(cluster.NodesFile)));
        (await web.GetAsync("/sd/pods")).Should().Be((HttpStatusCode.OK, await File.ReadAllTextAsync(cluster.PodsFile)));
    }

    private static async Task<TestCluster> Cluster()
    {
        var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p", "127.0.2.1");
        return cluster;
    }
}

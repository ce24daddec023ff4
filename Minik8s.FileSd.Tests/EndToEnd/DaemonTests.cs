using System.Text.Json.Nodes;
using Minik8s.ApiServer.Faults;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The daemon's process against a real API server: what it writes, how often, and how it starts and ends.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class DaemonTests
{
    private const UnixFileMode Mode0644 =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    [Test]
    public async Task Nodes_and_pods_come_and_go()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await TestCluster.UntilTargets(cluster.NodesFile);
        await TestCluster.UntilTargets(cluster.PodsFile);
        (await File.ReadAllTextAsync(cluster.PodsFile)).Should().Be("[]\n", "the list says so");

        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p1", "127.0.2.1");
        cluster.AddPod("other", "127.0.2.7", log: "no");
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");

        cluster.AddPod("p2", "127.0.2.2");
        cluster.DeletePod("p1");
        cluster.Server.Deletion.Delete(ResourceKind.Nodes, "", "worker-1", DeleteOptions.Forced);
        await TestCluster.UntilTargets(cluster.NodesFile);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.2:2112");
    }

    [Test]
    public async Task A_pod_that_leaves_the_selection_is_dropped_and_one_that_enters_is_added()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("p1", "127.0.2.1");
        cluster.AddPod("p2", "127.0.2.2", log: "no");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
        Label(cluster, "p1", "log", "no");
        Label(cluster, "p2", "log", "prometheus");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.2:2112");
    }

    [Test]
    public async Task Ten_thousand_changes_of_pods_that_are_no_targets_cause_no_write()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("target", "127.0.2.1");
        for (var i = 0; i < 50; i++)
        {
            cluster.AddPod($"unselected{i}", $"127.0.3.{i}", log: "no");
            cluster.AddPod($"portless{i}", $"127.0.4.{i}", portName: "http");
        }

        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
        using var writes = new Writes(cluster.PodsFile);
        for (var i = 0; i < 5_000; i++)
        {
            Label(cluster, $"unselected{i % 50}", "round", $"{i}");
            Label(cluster, $"portless{i % 50}", "round", $"{i}");
        }

        cluster.AddPod("last", "127.0.2.2");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.2:2112", "127.0.2.1:2112");
        writes.Count.Should().Be(1, "only the last change is about a target");
    }

    [Test]
    public async Task A_burst_of_a_thousand_pods_causes_a_handful_of_writes_and_the_last_one_is_right()
    {
        await using var cluster = await TestCluster.StartAsync();

        // With the quiet period as long as the limit, for on a busy machine the storm itself has pauses.
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--settle.quiet", "1s", "--settle.limit", "1s");
        await TestCluster.UntilTargets(cluster.PodsFile);
        using var writes = new Writes(cluster.PodsFile);
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 1_000; i++)
            cluster.AddPod($"p{i:0000}", $"127.1.{i / 250}.{1 + (i % 250)}");
        await TestCluster.UntilTargets(
            cluster.PodsFile, [.. Enumerable.Range(0, 1_000).Select(i => $"127.1.{i / 250}.{1 + (i % 250)}:2112")]);
        writes.Count.Should().BeLessThanOrEqualTo(
            4 + (int)TimeProvider.System.GetElapsedTime(began).TotalSeconds, "under a storm there is one write a second, the limit");
    }

    [Test]
    public async Task A_large_file_that_changes_again_and_again_is_left_to_its_reader_after_each_write()
    {
        await using var cluster = await TestCluster.StartAsync();
        for (var i = 0; i < 1_000; i++)
            cluster.AddPod($"p{i:0000}", $"127.1.{i / 250}.{1 + (i % 250)}");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await Eventually.Holds(() => File.Exists(cluster.PodsFile), "the file is there");
        using var writes = new Writes(cluster.PodsFile);
        var began = TimeProvider.System.GetTimestamp();

        // Ten changes a second, between which a small file would be written each time.
        for (var i = 0; i < 30; i++)
        {
            Label(cluster, "p0000", "round", $"{i}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        await Eventually.Holds(() => File.ReadAllText(cluster.PodsFile).Contains("\"__meta_kubernetes_pod_label_round\":\"29\""), "the last change is in the file");

        // On a busy machine there may be a silence between two changes, which ends the rest; no more often than of its length.
        var silence = TimeSpan.FromMicroseconds(new FileInfo(cluster.PodsFile).Length * 72 * 5 / 1000);
        writes.Count.Should().BeLessThanOrEqualTo(2 + (int)(TimeProvider.System.GetElapsedTime(began) / silence), "no two of them are less than {0} apart", silence);
    }

    [TestCase("TERM")]
    [TestCase("INT")]
    public async Task A_signal_ends_it_in_good_order_and_the_files_stay(string signal)
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p", "127.0.2.1");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
        var before = cluster.Stamp();
        await daemon.Signal(signal);
        (await daemon.ExitCode()).Should().Be(0);
        cluster.Stamp().Should().Be(before);
    }

    [TestCase("TERM")]
    [TestCase("INT")]
    public async Task A_signal_right_behind_its_first_line_ends_it_in_good_order(string signal)
    {
        using var folder = new TempFolder();
        for (var i = 0; i < 10; i++)
        {
            await using var daemon = Daemon.Follow(new Uri("http://127.0.0.1:1/"), folder.Path);
            await daemon.UntilLogged(100);
            await daemon.Signal(signal);
            (await daemon.ExitCode()).Should().Be(0);
        }
    }

    [Test]
    public async Task A_signal_ends_it_also_while_the_server_hangs()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.Server.Faults.Add(new Fault.Stall());
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await Eventually.Holds(() => cluster.Server.Faults.Requests.Count >= 2, "both lists are asked for");
        await daemon.Signal("TERM");
        (await daemon.ExitCode()).Should().Be(0);
    }

    [Test]
    public async Task Once_writes_both_files_and_exits_with_0()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("p", "127.0.2.1");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--once");
        (await daemon.ExitCode()).Should().Be(0);
        TestCluster.Targets(cluster.PodsFile).Should().Equal("127.0.2.1:2112");
        TestCluster.Targets(cluster.NodesFile).Should().BeEmpty();
    }

    [Test]
    public async Task Once_waits_for_the_server_and_exits_with_1_when_it_is_stopped_before()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.Server.Faults.Add(Fault.Reply.Status(500), request => request.Resource == "pods");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--once");
        await daemon.UntilLogged(205, "pods");
        await daemon.Signal("TERM");
        (await daemon.ExitCode()).Should().Be(1);
        File.Exists(cluster.PodsFile).Should().BeFalse();
    }

    [Test]
    public async Task A_token_is_read_again_when_it_has_been_rotated()
    {
        await using var cluster = await TestCluster.StartAsync(new() { Token = "first" });
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["token"], "first\n");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--api.token-file", folder["token"]);
        await TestCluster.UntilTargets(cluster.PodsFile);

        cluster.Server.Token = "second";
        cluster.Server.Faults.ResetConnections();
        await daemon.UntilLogged(204, "401");
        await File.WriteAllTextAsync(folder["token"], "second\n");
        cluster.AddPod("p", "127.0.2.1");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
        daemon.Lines.Should().NotContain(line => line.Contains("first", StringComparison.Ordinal) || line.Contains("second", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_certificate_is_checked_against_the_given_authority()
    {
        using var authority = new TestAuthority();
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["ca.pem"], authority.Pem);
        await using var cluster = await TestCluster.StartAsync(new() { Certificate = authority.Issue("127.0.0.1") });
        cluster.AddPod("p", "127.0.2.1");
        await using (var distrusting = Daemon.Follow(cluster.Server.Uri, cluster.Folder))
        {
            await distrusting.UntilLogged(204, "no TLS connection");
            File.Exists(cluster.PodsFile).Should().BeFalse();
        }

        await using var trusting = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--api.ca-file", folder["ca.pem"]);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
    }

    /// <summary>As in its image: a user by number alone, of whom .NET asks a home before it makes a TLS connection.</summary>
    [Test]
    public async Task A_user_without_a_name_needs_HOME_for_TLS_and_is_told_so()
    {
        using var authority = new TestAuthority();
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["ca.pem"], authority.Pem);
        await using var cluster = await TestCluster.StartAsync(new() { Certificate = authority.Issue("127.0.0.1") });
        cluster.AddPod("p", "127.0.2.1");
        await using (var homeless = Run(""))
            await homeless.UntilLogged(204, "no TLS connection: ");
        File.Exists(cluster.PodsFile).Should().BeFalse();

        await using var daemon = Run("HOME=/");
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");

        Daemon Run(string home) => Daemon.RunInShell(
            $"exec unshare --user --map-user=65532 --map-group=65532 env -i PATH=\"$PATH\" MINIK8S_FILESD_WEB_LISTEN_ADDRESS= {home} \"$@\"",
            "--api.server", $"{cluster.Server.Uri}", "--api.ca-file", folder["ca.pem"],
            "--targets.dir", cluster.Folder, "--log.format", "json");
    }

    [Test]
    public async Task A_write_that_fails_is_told_once_and_retried_until_the_newest_content_is_written()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("p1", "127.0.2.1");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await TestCluster.UntilTargets(cluster.NodesFile);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");

        // A file where the staging folder should be: no write can succeed, whoever runs the test.
        var staging = Path.Combine(cluster.Folder, ".staging");
        Directory.Delete(staging);
        await File.WriteAllTextAsync(staging, "");
        cluster.AddPod("p2", "127.0.2.2");
        await daemon.UntilLogged(403);
        cluster.AddPod("p3", "127.0.2.3");
        await daemon.UntilLogged(403, times: 2);
        TestCluster.Targets(cluster.PodsFile).Should().Equal("127.0.2.1:2112");
        daemon.Logged(402).Should().Be(1);

        File.Delete(staging);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112", "127.0.2.3:2112");
        await daemon.UntilLogged(404);
    }

    [Test]
    public async Task A_strict_umask_keeps_nobody_from_reading()
    {
        await using var cluster = await TestCluster.StartAsync();
        var folder = Path.Combine(cluster.Folder, "new", "targets");
        await using var daemon = Daemon.RunInShell(
            "umask 077; exec \"$@\"", "--api.server", cluster.Server.Uri.ToString(), "--targets.dir", folder);
        await TestCluster.UntilTargets(Path.Combine(folder, "pods.json"));
        File.GetUnixFileMode(Path.Combine(folder, "pods.json")).Should().Be(Mode0644);
        File.GetUnixFileMode(folder).Should().HaveFlag(UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    [Test]
    public async Task A_namespace_selector_port_and_file_names_can_be_set()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p1", "127.0.2.1", log: "a", portName: "metrics");
        cluster.AddPod("p2", "127.0.2.2", log: "b", portName: "metrics");
        cluster.AddPod("p3", "127.0.2.3", log: "c", portName: "metrics");
        await using var daemon = Daemon.Follow(
            cluster.Server.Uri, cluster.Folder,
            "--pod.selector", "log in (a, b),log!=b", "--pod.port-name=metrics", "--pod.namespace", "default",
            "--node.port", "19100", "--targets.nodes-file", "n.json", "--targets.pods-file", "p.json");
        await TestCluster.UntilTargets(Path.Combine(cluster.Folder, "n.json"), "127.0.1.1:19100");
        await TestCluster.UntilTargets(Path.Combine(cluster.Folder, "p.json"), "127.0.2.1:2112");
    }

    [Test]
    public async Task Wrong_options_end_it_with_2_and_a_line_for_each()
    {
        await using var daemon = Daemon.Run("--node.port", "0", "--settle.quiet=5 seconds");
        (await daemon.ExitCode()).Should().Be(2);
        daemon.Lines.Should().HaveCount(3).And.Contain("minik8s-filesd: --node.port \"0\" is not a port; write a number from 1 to 65535");
    }

    private static void Label(TestCluster cluster, string pod, string key, string value) =>
        cluster.Server.Registry.Update(ResourceKind.Pods, "default", pod, status: false, tree =>
        {
            tree["metadata"]!["labels"]![key] = JsonValue.Create(value);
            return tree;
        });

    /// <summary>Counts the renames by which a file is replaced, as Prometheus would see them.</summary>
    private sealed class Writes : IDisposable
    {
        private readonly FileSystemWatcher _watcher;
        private int _count;

        public Writes(string file)
        {
            _watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file));
            _watcher.Created += (_, _) => Interlocked.Increment(ref _count);
            _watcher.EnableRaisingEvents = true;
        }

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => _watcher.Dispose();
    }
}

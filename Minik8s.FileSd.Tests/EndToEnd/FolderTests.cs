using System.Text.Json;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>
/// What others do to the folder and the files in it, while nothing changes in the cluster: it is seen within seconds and put
/// right, unless it looks as if somebody was about to put it right himself.
/// </summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class FolderTests
{
    private const UnixFileMode Mode0644 =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const string NotMounted = "is no longer a mounted file system";

    private static readonly Dictionary<string, Action<string>> Harms = new()
    {
        ["deleted"] = File.Delete,
        ["truncated"] = file => File.WriteAllText(file, ""),
        ["edited"] = file => File.WriteAllText(file, File.ReadAllText(file).Replace("127.0.2.1", "127.0.2.9", StringComparison.Ordinal)),
        ["appended to"] = file => File.AppendAllText(file, "\n"),
        ["replaced"] = file =>
        {
            File.WriteAllText($"{file}.new", "[]\n");
            File.Move($"{file}.new", file, overwrite: true);
        },
        ["closed to others"] = file => File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite),
    };

    private static IEnumerable<string> NamesOfHarms => Harms.Keys;

    [TestCaseSource(nameof(NamesOfHarms))]
    public async Task A_file_is_restored_within_seconds_and_that_is_told_when_it_was(string harm)
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        var published = await File.ReadAllBytesAsync(cluster.PodsFile);
        Harms[harm](cluster.PodsFile);
        await Eventually.Holds(
            () => File.Exists(cluster.PodsFile) && File.GetUnixFileMode(cluster.PodsFile) == Mode0644
                && File.ReadAllBytes(cluster.PodsFile).SequenceEqual(published),
            "the file is as it was published");
        await daemon.UntilLogged(405, "pods.json");
        await LooksTwiceMore(cluster, daemon);
        daemon.Logged(405, "pods.json").Should().Be(1);
        (await File.ReadAllBytesAsync(cluster.PodsFile)).Should().Equal(published);
        await web.UntilReady();
    }

    [Test]
    public async Task A_file_is_restored_while_changes_flow_that_alter_nothing_in_it()
    {
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
        using var stop = new CancellationTokenSource();
        var churn = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                cluster.AddPod($"none-{i}", "127.0.2.200", portName: "other");
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
        });
        File.Delete(cluster.PodsFile);
        await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
        await stop.CancelAsync();
        await churn;
        daemon.Logged(405, "pods.json").Should().Be(1);
    }

    [Test]
    public async Task A_file_that_was_merely_touched_is_neither_written_nor_told()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        var touched = DateTime.UnixEpoch.AddDays(1);
        File.SetLastWriteTimeUtc(cluster.PodsFile, touched);
        await LooksTwiceMore(cluster, daemon);
        File.GetLastWriteTimeUtc(cluster.PodsFile).Should().Be(touched);
        daemon.Logged(405, "pods.json").Should().Be(0);
        daemon.Logged(400, "pods.json").Should().Be(1);
        (await web.ReadinessAsync()).Should().Equal("ready");
    }

    [Test]
    public async Task A_folder_that_is_unmounted_is_not_written_to_and_what_is_mounted_in_its_place_is()
    {
        await using var cluster = await Cluster();
        await using var mounted = await MountedDaemon.StartAsync(cluster, "size=1m");
        await mounted.Web.UntilReady();
        await mounted.RunUntilItSucceeds("umount $D");
        await mounted.Web.Until(
            lines => lines.Length == 2 && lines.All(line => line.Contains(".json: ") && line.Contains(NotMounted)), "that is seen although nothing changes");
        cluster.AddPod("p2", "127.0.2.2");
        await mounted.Process.UntilLogged(403, NotMounted, times: 4);
        Directory.GetFileSystemEntries(mounted.Folder).Should().BeEmpty("it is the folder beneath");
        mounted.Process.Logged(402, NotMounted).Should().Be(2, "it is told once of each file");

        await mounted.Run("mount -t tmpfs -o mode=755 tmpfs $D");
        await TestCluster.UntilTargets(mounted.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
        await TestCluster.UntilTargets(mounted.NodesFile, "127.0.1.1:9100");
        await mounted.Process.UntilLogged(404, times: 2);
        await mounted.Web.UntilReady();
        Directory.GetFileSystemEntries(cluster.Folder).Should().BeEmpty("it is the folder beneath");

        cluster.AddPod("p3", "127.0.2.3");
        await TestCluster.UntilTargets(mounted.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112", "127.0.2.3:2112");
    }

    [Test]
    public async Task A_folder_that_is_gone_is_not_made_again_and_is_published_to_when_it_is_back()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        var folder = Path.Combine(cluster.Folder, "targets");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, folder, web.Flag);
        await web.UntilReady();
        Directory.Move(folder, $"{folder}.away");
        await web.Until(
            lines => lines.Length == 2 && lines.All(line => line.Contains(".json: ") && line.Contains("is gone")), "that is seen although nothing changes");
        cluster.AddPod("p2", "127.0.2.2");
        await daemon.UntilLogged(403, "is gone", times: 4);
        Directory.Exists(folder).Should().BeFalse();

        Directory.Move($"{folder}.away", folder);
        await TestCluster.UntilTargets(Path.Combine(folder, "pods.json"), "127.0.2.1:2112", "127.0.2.2:2112");
        await daemon.UntilLogged(404, times: 2);
        await web.UntilReady();
    }

    [Test]
    public async Task A_folder_that_is_swapped_for_another_is_published_to_and_the_one_moved_away_is_left_alone()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        var (folder, away) = (Path.Combine(cluster.Folder, "targets"), Path.Combine(cluster.Folder, "targets.away"));
        await using var daemon = Daemon.Follow(cluster.Server.Uri, folder, web.Flag);
        await web.UntilReady();
        var published = Contents(folder);
        Directory.Move(folder, away);
        Directory.CreateDirectory(folder);
        await TestCluster.UntilTargets(Path.Combine(folder, "pods.json"), "127.0.2.1:2112");
        await TestCluster.UntilTargets(Path.Combine(folder, "nodes.json"), "127.0.1.1:9100");
        Contents(folder).Should().Be(published);

        cluster.AddPod("p2", "127.0.2.2");
        await TestCluster.UntilTargets(Path.Combine(folder, "pods.json"), "127.0.2.1:2112", "127.0.2.2:2112");
        Contents(away).Should().Be(published);
        await web.UntilReady();

        static (string, string) Contents(string folder) =>
            (File.ReadAllText(Path.Combine(folder, "nodes.json")), File.ReadAllText(Path.Combine(folder, "pods.json")));
    }

    /// <summary>Both write the same bytes, so neither has anything to put right of what the other wrote.</summary>
    [Test]
    public async Task Two_daemons_on_one_folder_do_no_harm_and_are_told_apart()
    {
        using var firstWeb = new EndpointClient();
        using var secondWeb = new EndpointClient();
        await using var cluster = await Cluster();
        await using var first = Daemon.Follow(cluster.Server.Uri, cluster.Folder, firstWeb.Flag);
        await firstWeb.UntilReady();
        await using var second = Daemon.Follow(cluster.Server.Uri, cluster.Folder, secondWeb.Flag);
        await secondWeb.UntilReady();
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var seen = new HashSet<int>();
            while (!stop.IsCancellationRequested)
            {
                using var file = JsonDocument.Parse(File.ReadAllBytes(cluster.PodsFile));
                seen.Add(file.RootElement.GetArrayLength());
            }

            return seen;
        });

        // Apart from each other: each change is a write of its own, and the two daemons race for it.
        const int pods = 20;
        for (var i = 2; i <= pods; i++)
        {
            cluster.AddPod($"p{i:00}", $"127.0.2.{i}");
            await Eventually.Holds(() => TestCluster.Targets(cluster.PodsFile)!.Contains($"127.0.2.{i}:2112"), $"pod {i} is in the file");
        }

        await Eventually.Holds(() => Told(first) + Told(second) > 0, "one of them has seen the other");
        await LooksTwiceMore(cluster, first, second);
        await stop.CancelAsync();
        (await reader).Should().HaveCountGreaterThan(pods / 2, "it looked while both wrote");
        TestCluster.Targets(cluster.PodsFile).Should().Equal(Enumerable.Range(1, pods).Select(i => $"127.0.2.{i}:2112"));
        (Told(first), Told(second)).Should().Match<(int, int)>(told => told.Item1 <= 1 && told.Item2 <= 1, "it is told once");
        foreach (var daemon in (Daemon[])[first, second])
        {
            daemon.Logged(402).Should().Be(0);
            daemon.Logged(405, "pods.json").Should().Be(0, "what the other has written is right");
        }

        await firstWeb.UntilReady();
        await secondWeb.UntilReady();

        static int Told(Daemon daemon) => daemon.Logged(406, "pods.json");
    }

    /// <summary>
    /// Returns when each daemon has looked at its files twice more at least: the other file has been put right three times, and
    /// all files are looked at equally often.
    /// </summary>
    private static async Task LooksTwiceMore(TestCluster cluster, params Daemon[] daemons)
    {
        for (var i = 0; i < 3; i++)
        {
            var told = Told();
            File.Delete(cluster.NodesFile);
            await Eventually.Holds(() => Told() > told, "that nodes.json was deleted is told");
            await TestCluster.UntilTargets(cluster.NodesFile, "127.0.1.1:9100");
        }

        int Told() => daemons.Sum(daemon => daemon.Logged(405, "nodes.json"));
    }

    private static async Task<TestCluster> Cluster()
    {
        var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("p01", "127.0.2.1");
        return cluster;
    }
}

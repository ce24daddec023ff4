using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>
/// Whatever a disk refuses, the old file stays byte for byte, the refusal is told once and with its reason, and the newest
/// content is written when the disk takes it again. The disks are real ones, if small.
/// </summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class DiskTests
{
    private const UnixFileMode Everybodys = ReadOnly | UnixFileMode.UserWrite;

    private const UnixFileMode ReadOnly =
        UnixFileMode.UserRead | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The new content fits in part: what is staged of it must not keep the space.</summary>
    [Test]
    public async Task A_disk_that_is_full()
    {
        await using var cluster = await Cluster(pods: 100);
        await using var mounted = await MountedDaemon.StartAsync(cluster, "size=1m");
        await Outlives(
            mounted, cluster, "No space left on device",
            breaks: "free=$(stat -f -c '%a*%S' $D) && head -c $((free - 16*1024)) /dev/zero >$D/filler",
            mends: "rm $D/filler");
    }

    [Test]
    public async Task A_disk_without_a_free_inode()
    {
        await using var cluster = await Cluster();
        await using var mounted = await MountedDaemon.StartAsync(cluster, "nr_inodes=16");
        await Outlives(
            mounted, cluster, "No space left on device",
            breaks: "i=0; while touch $D/filler$i 2>/dev/null; do i=$((i + 1)); done",
            mends: "rm $D/filler*");
    }

    [Test]
    public async Task A_disk_that_is_mounted_read_only()
    {
        await using var cluster = await Cluster();
        await using var mounted = await MountedDaemon.StartAsync(cluster, "size=1m");
        await Outlives(mounted, cluster, "Read-only file system", breaks: "mount -o remount,ro $D", mends: "mount -o remount,rw $D");
    }

    [Test]
    public async Task A_staging_folder_on_which_another_file_system_is_mounted()
    {
        await using var cluster = await Cluster();
        await using var mounted = await MountedDaemon.StartAsync(cluster, "size=1m");
        await Outlives(
            mounted, cluster, "Invalid cross-device link", breaks: "mount -t tmpfs tmpfs $D/.staging", mends: "umount $D/.staging");
    }

    [Test]
    public async Task A_staging_folder_that_is_a_link_to_another_file_system()
    {
        using var elsewhere = new TempFolder();
        await using var cluster = await Cluster();
        await using var mounted = await MountedDaemon.StartAsync(cluster, "size=1m");
        await Outlives(
            mounted, cluster, "Invalid cross-device link",
            breaks: $"rmdir $D/.staging && ln -s {elsewhere.Path} $D/.staging", mends: "rm $D/.staging");
        Directory.GetFileSystemEntries(elsewhere.Path).Should().BeEmpty("what was staged there is removed");
    }

    /// <summary>As a user who is not root: modes mean nothing to root.</summary>
    [TestCase("", "Permission denied")]
    [TestCase(".staging", "is denied")]
    public async Task A_folder_that_may_not_be_written_to_any_more(string folder, string words)
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Run(cluster, web, "unshare --user --map-user=65532 --map-group=65532");
        await Outlives(
            daemon, web, cluster, cluster.Folder, words,
            breaks: () => SetMode(ReadOnly),
            mends: () => SetMode(Everybodys));

        Task SetMode(UnixFileMode mode)
        {
            File.SetUnixFileMode(Path.Combine(cluster.Folder, folder), mode);
            return Task.CompletedTask;
        }
    }

    [Test]
    public async Task A_folder_of_another_user_is_not_written_to_until_it_is_given_over()
    {
        string[] nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        var tried = await Executable.RunAsync("setpriv", [.. nobody, Daemon.Binary, "--version"]);
        if (tried.Code != 0)
            Assert.Ignore($"the daemon cannot be run as another user here: {tried.Error.Trim()}");
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        File.SetUnixFileMode(cluster.Folder, Everybodys);
        await using var daemon = Run(cluster, web, $"setpriv {string.Join(' ', nobody)}");
        await daemon.UntilLogged(403, "is denied", times: 4);
        await web.Until(
            lines => lines.Length == 2 && lines.All(line => line.Contains("json: not written yet: ") && line.Contains("is denied")), "it is said why");
        daemon.Logged(402).Should().Be(2, "it is told once of each file");
        Directory.GetFileSystemEntries(cluster.Folder).Should().BeEmpty();

        (await Executable.RunAsync("chown", ["65534", cluster.Folder])).Code.Should().Be(0);
        await TestCluster.UntilTargets(cluster.PodsFile, Targets(1));
        await daemon.UntilLogged(404, times: 2);
        await web.UntilReady();
    }

    [Test]
    public async Task A_folder_where_the_file_should_be()
    {
        using var web = new EndpointClient();
        await using var cluster = await Cluster();
        await using var daemon = Run(cluster, web, "env");
        await TestCluster.UntilTargets(cluster.PodsFile, Targets(1));
        await TestCluster.UntilTargets(cluster.NodesFile);
        var nodes = (await File.ReadAllTextAsync(cluster.NodesFile), File.GetLastWriteTimeUtc(cluster.NodesFile));
        File.Delete(cluster.PodsFile);
        Directory.CreateDirectory(cluster.PodsFile);
        cluster.AddPod("q", "127.0.3.1");
        await daemon.UntilLogged(402, "cannot rename");
        await daemon.UntilLogged(403, "Is a directory", times: 2);
        await web.Until(
            lines => lines is [var line] && line.StartsWith("pods.json: the newest content is not written: cannot rename", StringComparison.Ordinal),
            "it is said why");
        daemon.Logged(402).Should().Be(1);
        Directory.GetFiles(Path.Combine(cluster.Folder, ".staging")).Should().BeEmpty();

        Directory.Delete(cluster.PodsFile);
        await TestCluster.UntilTargets(cluster.PodsFile, [.. Targets(1), "127.0.3.1:2112"]);
        await daemon.UntilLogged(404);
        await web.UntilReady();
        (await File.ReadAllTextAsync(cluster.NodesFile), File.GetLastWriteTimeUtc(cluster.NodesFile)).Should().Be(nodes, "the other file is well");
    }

    private static Task Outlives(MountedDaemon mounted, TestCluster cluster, string words, string breaks, string mends) => Outlives(
        mounted.Process, mounted.Web, cluster, mounted.Folder, words, () => mounted.Run(breaks), () => mounted.Run(mends));

    /// <param name="words">What the refusal is to be told with.</param>
    private static async Task Outlives(
        Daemon daemon, EndpointClient web, TestCluster cluster, string folder, string words, Func<Task> breaks, Func<Task> mends)
    {
        var pods = Path.Combine(folder, "pods.json");
        var targets = Targets(cluster.Server.Store.Current.Of(ResourceKind.Pods).Count);
        await TestCluster.UntilTargets(pods, targets);
        await web.UntilReady();
        var before = Stamp();
        await breaks();
        cluster.AddPod("q1", "127.0.3.1");
        await daemon.UntilLogged(402, words);
        cluster.AddPod("q2", "127.0.3.2");
        await daemon.UntilLogged(403, words, times: 3);
        await web.Until(
            lines => lines is [var line] && line.StartsWith("pods.json: the newest content is not written: ", StringComparison.Ordinal) && line.Contains(words),
            $"it is said: {words}");
        Stamp().Should().Be(before);
        daemon.Logged(402).Should().Be(1, "a retry that fails alike is not told");
        daemon.Logged(404).Should().Be(0);

        await mends();
        await TestCluster.UntilTargets(pods, [.. targets, "127.0.3.1:2112", "127.0.3.2:2112"]);
        await daemon.UntilLogged(404);
        await web.UntilReady();
        daemon.Logged(402).Should().Be(1);
        Directory.GetFileSystemEntries(Path.Combine(folder, ".staging")).Should().BeEmpty("nothing that failed is left");

        (string, DateTime) Stamp() => (File.ReadAllText(pods), File.GetLastWriteTimeUtc(pods));
    }

    /// <summary>The rename is done, and what comes after it fails: then the file is the new one, and must not be taken for the old.</summary>
    [Test]
    public async Task A_folder_that_cannot_be_synced()
    {
        const UnixFileMode noReading = UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        var nobody = await ScrapingPrometheus.AsNobody();
        using var web = new EndpointClient();
        await using var cluster = await Cluster(pods: 2);
        (await Executable.RunAsync("chown", ["65534:65534", cluster.Folder])).Code.Should().Be(0);
        await using var daemon = Run(cluster, web, string.Join(' ', nobody));
        await TestCluster.UntilTargets(cluster.PodsFile, Targets(2));
        File.SetUnixFileMode(cluster.Folder, noReading);
        cluster.DeletePod("p002");
        await daemon.UntilLogged(402, "cannot open the folder");
        await TestCluster.UntilTargets(cluster.PodsFile, Targets(1));
        cluster.AddPod("p002", "127.0.2.2");
        File.SetUnixFileMode(cluster.Folder, Everybodys);
        await TestCluster.UntilTargets(cluster.PodsFile, Targets(2));
        await web.UntilReady();
        daemon.Logged(405).Should().Be(0, "nobody else has touched it");
    }

    private static Daemon Run(TestCluster cluster, EndpointClient web, string by) => Daemon.RunInShell(
        $"exec {by} \"$@\"",
        "--api.server", $"{cluster.Server.Uri}", "--targets.dir", cluster.Folder, "--log.level", "debug", "--log.format", "json", web.Flag);

    private static async Task<TestCluster> Cluster(int pods = 1)
    {
        var cluster = await TestCluster.StartAsync();
        for (var i = 1; i <= pods; i++)
            cluster.AddPod($"p{i:000}", $"127.0.2.{i}");
        return cluster;
    }

    private static string[] Targets(int pods) => [.. Enumerable.Range(1, pods).Select(i => $"127.0.2.{i}:2112")];
}

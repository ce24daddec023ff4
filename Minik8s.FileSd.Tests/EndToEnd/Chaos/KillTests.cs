using Minik8s.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>
/// The daemon is killed at random moments of its life, again and again, while the cluster changes and the files are read without
/// a pause. How many of the kills came in the middle of a write is counted, for only those put the rename to the test.
/// </summary>
[Category("EndToEnd")]
[Category("Chaos")]
internal sealed class KillTests
{
    /// <summary>The shell's number of an end by SIGTERM that was not handled.</summary>
    private const int Terminated = 128 + 15;

    private const string Kills = "kills";

    private readonly Dictionary<string, int> _counts = [];
    private readonly HashSet<string> _staged = [];
    private TestCluster _cluster = null!;
    private Random _random = null!;

    [Test]
    public async Task Whenever_it_is_killed_each_reading_of_the_files_is_whole_and_the_last_ones_are_true()
    {
        _random = new Random(ChaosRun.Seed());
        var kills = ChaosRun.Kills(ordinary: 60, @long: 1_000);
        await using var cluster = _cluster = await TestCluster.StartAsync(new ApiServerOptions { RecordRequests = false });
        await using var churn = new CountedChurn(cluster.Server, new Random(_random.Next()), pods: 550, nodes: 40, pause: TimeSpan.FromMilliseconds(4));
        churn.Populate();
        await using var nodes = new RestlessReader(cluster.NodesFile, churn.LastingNodes, neverGoesBack: true);
        await using var pods = new RestlessReader(cluster.PodsFile, churn.LastingPods, neverGoesBack: true);
        churn.Start();
        nodes.Start();
        pods.Start();
        while (_counts.GetValueOrDefault(Kills) < kills)
        {
            await Live();
            nodes.Check();
            pods.Check();
        }

        await churn.StopAsync();
        await using (var last = Run())
        {
            await Eventually.Holds(() => ClusterTruth.IsInFiles(cluster), "both files list what the API server has");
            await last.Signal("TERM");
            (await last.ExitCode()).Should().Be(0);
        }

        await nodes.StopAsync();
        await pods.StopAsync();
        TestContext.Out.WriteLine(
            $"{string.Join(", ", _counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}"))}; "
            + $"{churn.Operations} changes, {nodes.Readings} readings of {nodes.Files} nodes files, {pods.Readings} readings of {pods.Files} pods files");
        Directory.GetFileSystemEntries(cluster.Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(cluster.Folder, path))
            .Should().BeEquivalentTo(".staging", "nodes.json", "pods.json");
        await AFreshStartWritesTheSame();
        if (LongRun.IsOn)
            _counts.GetValueOrDefault("kills that left a staged file behind").Should().BePositive();
    }

    /// <summary>From a start to a kill, or one time in four to a request to end.</summary>
    private async Task Live()
    {
        await using var daemon = Run();
        await Wait(daemon);
        if (_random.Next(4) == 0)
            await Terminate(daemon);
        else
            await Kill(daemon);
    }

    /// <summary>To a random moment: at its start, while it follows, or right behind the beginning of a write.</summary>
    private async Task Wait(Daemon daemon)
    {
        switch (_random.Next(3))
        {
            case 0:
                await Task.Delay(TimeSpan.FromMilliseconds(100 * _random.NextDouble()), TimeProvider.System);
                break;
            case 1:
                await daemon.UntilLogged(201, times: 2);
                await Task.Delay(TimeSpan.FromMilliseconds(400 * _random.NextDouble()), TimeProvider.System);
                break;
            default:
                await Eventually.Holds(() => Staged().Any(name => !_staged.Contains(name)), "a write has begun");
                break;
        }
    }

    private async Task Kill(Daemon daemon)
    {
        await daemon.Kill();
        Count(Kills);
        if (Staged().Where(_staged.Add).ToList().Count > 0)
            Count("kills that left a staged file behind");
    }

    private async Task Terminate(Daemon daemon)
    {
        // While .NET itself is starting, nothing of the daemon can handle a signal.
        var hasStarted = daemon.Logged(100) > 0;
        var began = TimeProvider.System.GetTimestamp();
        await daemon.Signal("TERM");
        var code = await daemon.ExitCode();
        if (hasStarted || code != Terminated)
            code.Should().Be(0, "it was asked to end; its log:\n{0}", string.Join('\n', daemon.Lines));
        Count(code == 0 ? "ends as asked" : "ends before it had started");
        if (Staged().Where(_staged.Add).ToList().Count == 0)
            return;

        // A disk that hangs does not hold up the end.
        Count("ends that did not wait for the disk");
        if (code == 0)
            TimeProvider.System.GetElapsedTime(began).Should().BeGreaterThan(TimeSpan.FromSeconds(0.5), "a write under way is brought to its end");
    }

    private async Task AFreshStartWritesTheSame()
    {
        using var folder = new TempFolder();
        await using var once = Daemon.Follow(_cluster.Server.Uri, folder.Path, "--once");
        (await once.ExitCode()).Should().Be(0);
        File.ReadAllBytes(_cluster.NodesFile).Should().Equal(File.ReadAllBytes(folder["nodes.json"]));
        File.ReadAllBytes(_cluster.PodsFile).Should().Equal(File.ReadAllBytes(folder["pods.json"]));
    }

    /// <summary>With a umask that lets nobody else read what it creates, and writing at each change.</summary>
    private Daemon Run() => Daemon.RunInShell(
        "umask 077; exec \"$@\"",
        "--api.server", $"{_cluster.Server.Uri}", "--targets.dir", _cluster.Folder, "--settle.quiet", "0s", "--settle.limit", "0s",
        "--log.format", "json");

    private IEnumerable<string> Staged() => new DirectoryInfo(Path.Combine(_cluster.Folder, ".staging")) is { Exists: true } staging
        ? staging.EnumerateFiles().Select(file => file.Name)
        : [];

    private void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;
}

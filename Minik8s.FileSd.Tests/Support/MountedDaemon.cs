using Minik8s.FileSd.Tests.ApiServer;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>
/// A daemon in a mount namespace of its own, in which the folder of its target files is a small file system. What is mounted
/// there is seen nowhere else and ends with it.
/// </summary>
internal sealed class MountedDaemon : IAsyncDisposable
{
    private static readonly string[] Namespaces = ["--map-root-user", "--mount"];

    private readonly string _folder;

    private MountedDaemon(TestCluster cluster, string tmpfs)
    {
        _folder = cluster.Folder;
        Process = Daemon.RunInShell(
            $"exec unshare {string.Join(' ', Namespaces)} bash -c 'mount -t tmpfs -o mode=755,{tmpfs} tmpfs {_folder} && exec \"$@\"' bash \"$@\"",
            "--api.server", $"{cluster.Server.Uri}", "--targets.dir", _folder, "--log.level", "debug", "--log.format", "json", Web.Flag);
    }

    public Daemon Process { get; }

    public EndpointClient Web { get; } = new();

    /// <summary>The folder as the daemon sees it, whatever is mounted there at the moment.</summary>
    public string Folder => $"/proc/{Process.Id}/root{_folder}";

    public string NodesFile => Path.Combine(Folder, "nodes.json");

    public string PodsFile => Path.Combine(Folder, "pods.json");

    /// <summary>Ignores the test where nothing may be mounted, as in a container without privileges.</summary>
    /// <param name="tmpfs">Options of the file system, such as <c>size=64k</c>.</param>
    public static async Task<MountedDaemon> StartAsync(TestCluster cluster, string tmpfs)
    {
        var tried = await Executable.RunAsync("unshare", [.. Namespaces, "mount", "-t", "tmpfs", "tmpfs", cluster.Folder]);
        if (tried.Code != 0)
            Assert.Ignore($"a file system cannot be mounted here, in a namespace of its own: {tried.Error.Trim()}");
        return new(cluster, tmpfs);
    }

    /// <summary>Runs a shell command where the daemon is, and fails with what it says.</summary>
    /// <param name="command"><c>$D</c> stands for the folder of the target files.</param>
    public async Task Run(string command) =>
        (await Enter(command)).Should().Match<Finished>(finished => finished.Code == 0, "{0} succeeds", command);

    /// <summary>Runs a shell command until it succeeds: a file system that is being written to is not unmounted.</summary>
    public Task RunUntilItSucceeds(string command) => Eventually.Holds(async () => (await Enter(command)).Code == 0, command);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Web.Dispose();
    }

    private Task<Finished> Enter(string command) => Executable.RunAsync(
        "nsenter",
        ["--target", $"{Process.Id}", "--user", "--mount", "--preserve-credentials", "bash", "-c", $"cd / && D={_folder} && {command}"]);
}

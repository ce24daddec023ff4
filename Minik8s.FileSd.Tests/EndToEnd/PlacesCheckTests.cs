using Minik8s.FileSd.Auditing;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>What <c>check</c> says of the folder and the audit file, by what the daemon does with them.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class PlacesCheckTests
{
    private const UnixFileMode Closed = UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode WriteAndEnter = Closed | UnixFileMode.UserRead;

    private static readonly string[] Nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

    [Test]
    public async Task The_audit_file_is_tried_and_nothing_stays_of_it()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var folder = new TempFolder();
        var output = await CheckAsync([], cluster, "--audit.file", folder["audit.jsonl"]);
        output.Should().Contain($"ok audit         {folder["audit.jsonl"]} can be written to\n");
        Directory.GetFileSystemEntries(folder.Path).Should().BeEmpty();

        await File.WriteAllTextAsync(folder["audit.jsonl"], "{}");
        File.SetLastWriteTimeUtc(folder["audit.jsonl"], DateTime.UnixEpoch);
        (await CheckAsync([], cluster, "--audit.file", folder["audit.jsonl"])).Should().Contain("ok audit ");
        (await File.ReadAllTextAsync(folder["audit.jsonl"]), File.GetLastWriteTimeUtc(folder["audit.jsonl"])).Should().Be(("{}", DateTime.UnixEpoch));
        Directory.GetFileSystemEntries(folder.Path).Should().Equal(folder["audit.jsonl"]);
    }

    [Test]
    public async Task An_audit_file_that_cannot_be_written_to_is_told()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var folder = new TempFolder();
        var missing = folder["missing"];
        (await CheckAsync([], cluster, "--audit.file", $"{missing}/audit.jsonl")).Should()
            .Contain($"NO audit         {missing}/audit.jsonl cannot be written to: there is no folder {missing}\n");
        Directory.Exists(missing).Should().BeFalse();
        File.CreateSymbolicLink(folder["link"], $"{missing}/audit.jsonl");
        (await CheckAsync([], cluster, "--audit.file", folder["link"])).Should().Contain($"there is no folder {missing}\n");
        (await Executable.RunAsync("mkfifo", [folder["pipe"]])).Code.Should().Be(0);
        (await CheckAsync([], cluster, "--audit.file", folder["pipe"])).Should()
            .Contain($"NO audit         {folder["pipe"]} cannot be written to: there is something that is no file\n");
    }

    [Test]
    public async Task An_audit_file_of_another_user_is_told()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var folder = new TempFolder();
        await AsNobodyOrIgnoreAsync(cluster.Folder);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0x1ED);
        (await CheckAsync(Nobody, cluster, "--audit.file", folder["audit.jsonl"])).Should()
            .Contain($"NO audit         {folder["audit.jsonl"]} cannot be written to: ");
        await File.WriteAllTextAsync(folder["audit.jsonl"], "");
        (await CheckAsync(Nobody, cluster, "--audit.file", folder["audit.jsonl"])).Should()
            .Contain($"NO audit         {folder["audit.jsonl"]} cannot be written to: cannot open it: Permission denied\n");
        (await Executable.RunAsync("chown", ["65534", folder["audit.jsonl"]])).Code.Should().Be(0);
        File.SetUnixFileMode(folder["audit.jsonl"], AuditFile.Mode);
        (await CheckAsync(Nobody, cluster, "--audit.file", folder["audit.jsonl"])).Should()
            .Contain($"!  audit         {folder["audit.jsonl"]} can be written to, and cannot become {folder["audit.jsonl"]}.1 ");
    }

    [Test]
    public async Task A_folder_that_may_be_written_to_and_not_opened_is_told()
    {
        await using var cluster = await TestCluster.StartAsync();
        await AsNobodyOrIgnoreAsync(cluster.Folder);
        (await CheckAsync(Nobody, cluster)).Should().Contain($"ok folder        {cluster.Folder} can be written to");
        File.SetUnixFileMode(cluster.Folder, Closed);
        (await CheckAsync(Nobody, cluster)).Should()
            .Contain($"NO folder        {cluster.Folder} cannot be written to: cannot open the folder {cluster.Folder}: Permission denied\n");
        File.SetUnixFileMode(cluster.Folder, WriteAndEnter);
    }

    [TestCase(0x1C9, "other users may not look into it")]
    [TestCase(0x1CC, "other users may not look into it")]
    [TestCase(0x1ED, null)]
    public async Task Whether_other_users_may_read_the_folder_is_told(int mode, string? words)
    {
        await using var cluster = await TestCluster.StartAsync();
        File.SetUnixFileMode(cluster.Folder, (UnixFileMode)mode);
        (await CheckAsync([], cluster)).Should().MatchRegex(words is null
            ? "ok readable      every user may enter the folder and read the files"
            : $"!  readable      the folder {cluster.Folder} has the mode {Convert.ToString(mode, 8).PadLeft(4, '0')} .*: {words}");
    }

    /// <summary>Gives the folder to that user.</summary>
    private static async Task AsNobodyOrIgnoreAsync(string folder)
    {
        var tried = await Executable.RunAsync(Nobody[0], [.. Nobody[1..], Daemon.Binary, "--version"]);
        if (tried.Code != 0)
            Assert.Ignore($"the daemon cannot be run as another user here: {tried.Error.Trim()}");
        (await Executable.RunAsync("chown", ["65534", folder])).Code.Should().Be(0);
    }

    /// <param name="by">What runs it; empty for nothing.</param>
    private static async Task<string> CheckAsync(string[] by, TestCluster cluster, params string[] more)
    {
        string[] command = [.. by, Daemon.Binary, "check", "--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder, "--web.listen-address=", .. more];
        return (await Executable.RunAsync(command[0], command[1..], new Dictionary<string, string> { ["LC_ALL"] = "C" })).Out;
    }
}

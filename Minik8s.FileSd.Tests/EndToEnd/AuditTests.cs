using System.Security.Cryptography;
using System.Text.Json;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The audit trail of the daemon's process: what it says of each publish, and that no file has to wait for it.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class AuditTests
{
    [Test]
    public async Task Each_publish_has_a_line_with_its_cause_and_the_last_one_is_there_when_the_daemon_has_ended()
    {
        using var folder = new TempFolder();
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("p1", "127.0.2.1");
        await using (var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--audit.file", folder["audit.jsonl"]))
        {
            await TestCluster.UntilTargets(cluster.NodesFile);
            await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112");
            cluster.AddPod("p2", "127.0.2.2");
            await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
            File.Delete(cluster.PodsFile);
            await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.1:2112", "127.0.2.2:2112");
            cluster.DeletePod("p1");
            await TestCluster.UntilTargets(cluster.PodsFile, "127.0.2.2:2112");
            await daemon.Signal("TERM");
            (await daemon.ExitCode()).Should().Be(0);
        }

        var lines = await Lines(folder["audit.jsonl"]);
        lines.Count(line => Text(line, "file") == "nodes.json").Should().Be(1);
        var pods = lines.FindAll(line => Text(line, "file") == "pods.json");
        pods.Select(line => $"{Text(line.GetProperty("cause"), "kind")} {Text(line.GetProperty("cause"), "object")}: {Told(line)}").Should().Equal(
            "list : +default/p1", "change default/p2: +default/p2", "repair : ", "change default/p1: -default/p1");
        pods.Select(line => Text(line.GetProperty("cause"), "resourceVersion")).Take(2).Should().OnlyContain(version => version.Length > 0);
        Text(pods[^1], "sha256").Should().Be(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(cluster.PodsFile))));
        pods[^1].GetProperty("bytes").GetInt64().Should().Be(new FileInfo(cluster.PodsFile).Length);

        // What has changed while it was away is told by the first publish of the next run.
        cluster.AddPod("p3", "127.0.2.3");
        (await Executable.RunAsync("timeout", ["60", Daemon.Binary, "--once", "--api.server", $"{cluster.Server.Uri}",
            "--targets.dir", cluster.Folder, "--audit.file", folder["audit.jsonl"]])).Code.Should().Be(0);
        (await Lines(folder["audit.jsonl"])).Skip(lines.Count).Select(Told).Should().Equal("+default/p3");
    }

    [Test]
    public async Task A_disk_without_room_costs_lines_and_neither_a_file_nor_half_a_line()
    {
        const int room = 2048;
        using var folder = new TempFolder();
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        await using var daemon = Daemon.RunInShell(
            "exec \"$@\"",
            "--api.server", $"{cluster.Server.Uri}", "--targets.dir", cluster.Folder, "--log.format", "json", web.Flag, "--audit.file", folder["audit.jsonl"]);
        await web.UntilReady();
        await Limit($"{room}");
        for (var i = 1; (await web.ScrapeAsync())["audit_lines_lost_total"] < 2; i++)
        {
            cluster.AddPod("p", $"127.0.2.{i}");
            await TestCluster.UntilTargets(cluster.PodsFile, $"127.0.2.{i}:2112");
            cluster.DeletePod("p");
            await TestCluster.UntilTargets(cluster.PodsFile);
        }

        await web.UntilReady();
        daemon.Logged(600).Should().Be(1);
        new FileInfo(folder["audit.jsonl"]).Length.Should().BeLessThanOrEqualTo(room);
        await Lines(folder["audit.jsonl"]);

        await Limit("unlimited");
        cluster.AddPod("last", "127.0.3.1");
        await daemon.UntilLogged(602);
        Told((await Lines(folder["audit.jsonl"]))[^1]).Should().Be("+default/last");
        (await web.ScrapeAsync())["audit_lines_total"].Should().Be((await Lines(folder["audit.jsonl"])).Count);

        // No file may grow beyond it: as on a disk that is full, only that it is full for this process alone.
        async Task Limit(string bytes) =>
            (await Executable.RunAsync("prlimit", ["--pid", $"{daemon.Id}", $"--fsize={bytes}:unlimited"])).Code.Should().Be(0);
    }

    /// <summary>Each must be JSON.</summary>
    private static async Task<List<JsonElement>> Lines(string path) =>
        [.. (await File.ReadAllLinesAsync(path)).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    private static string Told(JsonElement line) => string.Join(' ', line.GetProperty("added").EnumerateArray().Select(each => $"+{Text(each, "object")}")
        .Concat(line.GetProperty("removed").EnumerateArray().Select(each => $"-{Text(each, "object")}"))
        .Concat(line.GetProperty("relabelled").EnumerateArray().Select(each => $"~{Text(each, "object")}")));
}

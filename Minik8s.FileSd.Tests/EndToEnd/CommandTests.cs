using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Minik8s.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The commands as processes: what they print, their exit codes, and that they write nothing.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class CommandTests
{
    private const string NoEndpoint = "--web.listen-address=";

    [Test]
    public async Task Explain_asks_the_API_server_where_no_daemon_answers()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("web", "10.1.0.1");
        cluster.AddPod("other", "10.1.0.2", log: "loki");
        await WriteFilesAsync(cluster);
        using var nobody = new EndpointClient();
        string[] settings = ["--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder, nobody.Flag];
        var target = await CommandRun.Of(["explain", "pod", "default/web", .. settings]);
        target.Code.Should().Be(0, target.Errors);
        target.Output.Should().StartWith("pod default/web is a target, 10.1.0.1:2112\n").And.Contain($"no daemon answers at {nobody.Address}");
        var not = await CommandRun.Of([.. settings, "explain", "--output=json", "pod", "default/other"]);
        not.Code.Should().Be(1, not.Errors);
        JsonNode.Parse(not.Output)!["verdict"]!.GetValue<string>().Should().Be("not_selected");
        await cluster.Server.DisposeAsync();
        var unknown = await CommandRun.Of(["explain", "pod", "default/new", .. settings]);
        unknown.Code.Should().Be(2);
        unknown.Output.Should().Contain("Connection refused");
        unknown.Errors.Should().BeEmpty();
    }

    [Test]
    public async Task Explain_asks_the_daemon_and_takes_nobody_else_for_it()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("web", "10.1.0.1");
        await using var daemon = await PlainServer.StartAsync();
        string[] arguments =
        [
            "explain", "pod", "default/web", "--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder,
            "--web.listen-address", daemon.Uri.Authority,
        ];
        daemon.Answer = context => PlainServer.Json(context, """
            {"subject":{"kind":"pod","name":"default/web"},"isTarget":false,"verdict":"pod_not_running","summary":"so says\u001b[2J the daemon","targets":[],"checks":[],"source":"the running daemon"}
            """u8.ToArray());
        var (code, output, _) = await CommandRun.Of(arguments);
        (code, output).Should().Be((1, $"so says [2J the daemon\n\n\nFrom the running daemon at {daemon.Uri}, by its own settings; with --web.listen-address= those given here count.\n"), "what it says is fit for a terminal");
        daemon.Requests.Should().Equal("/api/explain?kind=pod&name=default%2Fweb");
        foreach (var answer in (RequestDelegate[])
        [
            PlainServer.NotFound,
            context => context.Response.WriteAsync("<html>"),
            context => PlainServer.Json(context, "{\"summary\":\"x\"}"u8.ToArray()),
            context => PlainServer.Json(context, "[1,"u8.ToArray()),
            context =>
            {
                context.Response.ContentType = "application/json; charset=bogus";
                return context.Response.WriteAsync("{}");
            },
        ])
        {
            daemon.Answer = answer;
            (code, output, _) = await CommandRun.Of(arguments);
            code.Should().Be(0);
            output.Should().Contain($"what listens at {daemon.Uri.Authority} does not explain");
        }
    }

    [Test]
    public async Task Diff_says_what_would_change_and_writes_nothing()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "10.0.0.1");
        cluster.AddPod("gone", "10.1.0.1");
        cluster.AddPod("stays", "10.1.0.2");
        string[] settings = ["diff", "--api.server", cluster.Server.Uri.ToString(), NoEndpoint];
        var missing = Path.Combine(cluster.Folder, "missing");
        var none = await CommandRun.Of([.. settings, "--targets.dir", missing]);
        none.Code.Should().Be(1, none.Errors);
        none.Output.Should().Contain($"{missing}/pods.json: is not there; 2 added, 0 removed, 0 relabelled, 0 targets stay as they are\n  + 10.1.0.1:2112  default/gone\n");
        Directory.Exists(missing).Should().BeFalse();

        await WriteFilesAsync(cluster);
        settings = [.. settings, "--targets.dir", cluster.Folder];
        var same = await CommandRun.Of(settings);
        (same.Code, same.Output).Should().Be((0, $"{cluster.NodesFile}: no change, 1 target stays as it is\n{cluster.PodsFile}: no change, 2 targets stay as they are\n"));

        cluster.DeletePod("gone");
        cluster.AddPod("new", "10.1.0.3");
        var files = Directory.GetFileSystemEntries(cluster.Folder, "*", SearchOption.AllDirectories).Select(path => (path, File.GetLastWriteTimeUtc(path))).ToList();
        var some = await CommandRun.Of([.. settings, "--labels.extra", "cluster=prod"]);
        some.Code.Should().Be(1, some.Errors);
        some.Output.Should().Contain("1 added, 1 removed, 1 relabelled, 0 targets stay as they are")
            .And.Contain("  + 10.1.0.3:2112  default/new\n").And.Contain("  - 10.1.0.1:2112  default/gone\n")
            .And.Contain("  ~ 10.1.0.2:2112  default/stays: its series end and new ones begin\n      cluster: (none) -> \"prod\"\n");
        var json = JsonNode.Parse((await CommandRun.Of([.. settings, "--labels.meta=none", "--output", "json"])).Output)!["files"]![0]!;
        json["relabelled"]![0]!["effect"]!.GetValue<string>().Should().Be("relabelling");
        Directory.GetFileSystemEntries(cluster.Folder, "*", SearchOption.AllDirectories).Select(path => (path, File.GetLastWriteTimeUtc(path)))
            .Should().BeEquivalentTo(files);

        await cluster.Server.DisposeAsync();
        var away = await CommandRun.Of(settings);
        (away.Code, away.Output).Should().Be((2, ""));
        away.Errors.Should().StartWith("minik8s-filesd: ").And.Contain("Connection refused");
    }

    [Test]
    public async Task A_command_ends_in_time_whoever_hangs()
    {
        await using var server = await PlainServer.StartAsync();
        server.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        foreach (var command in (string[])["diff", "check"])
        {
            var (code, _, errors) = await CommandRun.Of(command, "--api.server", server.Uri.ToString(), "--timeout=200ms", NoEndpoint);
            (code, errors).Should().Be((2, "minik8s-filesd: it is not done within 0.2 s; --timeout gives it longer\n"));
        }
    }

    [Test]
    public async Task Check_finds_all_well_and_leaves_nothing()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "10.0.0.1");
        cluster.AddPod("web", "10.1.0.1");
        using var endpoint = new EndpointClient();
        string[] arguments = ["check", "--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder, endpoint.Flag];
        var well = await CommandRun.Of(arguments);
        well.Code.Should().Be(0, well.Output + well.Errors);
        foreach (var line in (string[])
        [
            "ok settings      all of them are valid", "ok list nodes    1 node at /api/v1/nodes in the dialect Kubernetes, which gives 1 target",
            "ok watch nodes   the server tells each change", "ok list pods     1 pod with log=prometheus", "ok watch pods    the server tells each change",
            $"ok folder        {cluster.Folder} can be written to", $"ok endpoint      {endpoint.Address} can be listened on", "?  prometheus    it was not asked",
        ])
        {
            well.Output.Should().Contain(line);
        }

        Directory.GetFileSystemEntries(cluster.Folder).Should().BeEmpty();
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, endpoint.Flag);
        await endpoint.UntilReady();
        var files = Directory.GetFileSystemEntries(cluster.Folder, "*", SearchOption.AllDirectories);
        (await CommandRun.Of(arguments)).Output.Should().Contain($"ok endpoint      a daemon runs and answers at {endpoint.Address}");
        Directory.GetFileSystemEntries(cluster.Folder, "*", SearchOption.AllDirectories).Should().BeEquivalentTo(files);
    }

    [Test]
    public async Task Check_says_what_is_wrong_and_what_to_do()
    {
        await using var server = await PlainServer.StartAsync();
        server.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Path == "/api/v1/nodes" ? 403 : 404;
            return Task.CompletedTask;
        };
        var (code, output, _) = await CommandRun.Of(
            "check", "--api.server", server.Uri.ToString(), "--api.dialect=kubernetes", "--targets.dir", "/proc/targets", "--web.listen-address", server.Uri.Authority);
        code.Should().Be(1);
        output.Should().Contain("NO list nodes    the server answered 403 Forbidden").And.Contain("grant it a ClusterRole with the rule")
            .And.Contain("NO list pods     the server answered 404")
            .And.Contain("NO folder        /proc cannot be written to")
            .And.Contain($"NO endpoint      something else listens at {server.Uri.Authority}");
    }

    [Test]
    public async Task Check_tells_that_a_Minik8s_server_is_polled()
    {
        await using var server = await ApiServerHost.StartAsync(new ApiServerOptions { ClassicListen = new(System.Net.IPAddress.Loopback, 0) });
        using var folder = new TempFolder();
        var (code, output, _) = await CommandRun.Of("check", "--api.server", server.ClassicUri!.ToString(), "--targets.dir", folder.Path, NoEndpoint);
        code.Should().Be(0, output);
        output.Should().Contain("in the dialect Minik8s").And.MatchRegex(@"!  watch nodes   there is none \(.*\); they are polled every 5 s");
    }

    private static async Task WriteFilesAsync(TestCluster cluster)
    {
        await using var once = Daemon.Follow(cluster.Server.Uri, cluster.Folder, "--once");
        (await once.ExitCode()).Should().Be(0);
    }
}

using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The daemon against what a real Minik8s API server said, state by state, over real HTTP.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class Minik8sTests
{
    private static readonly string Recordings = Path.Combine(AppContext.BaseDirectory, "Fixtures", "minik8s");

    /// <summary>By state: the targets of nodes.json and of pods.json.</summary>
    private static readonly IReadOnlyDictionary<string, (string[] Nodes, string[] Pods)> Expected =
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "dialects", "recorded-targets.txt"))
            .Select(line => line.Split(": "))
            .ToDictionary(parts => parts[0], parts => (Addresses(parts[1].Split(" | ")[0]), Addresses(parts[1].Split(" | ")[1])));

    private string _state = "00-empty";

    [Test]
    public async Task The_recorded_states_give_the_right_files_one_after_the_other()
    {
        await using var server = await Server();
        using var folder = new TempFolder();
        await using var daemon = Daemon.Follow(server.Uri, folder.Path, "--api.dialect", "minik8s", "--api.poll-interval", "100ms");
        Directory.EnumerateDirectories(Recordings).Select(Path.GetFileName).Order().Should().Equal(Expected.Keys.Order());
        foreach (var (state, (nodes, pods)) in Expected.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            _state = state;
            await TestCluster.UntilTargets(folder["nodes.json"], nodes);
            await TestCluster.UntilTargets(folder["pods.json"], pods);
        }

        daemon.Logged(204).Should().Be(0, "nothing of this is a fault");
        daemon.Logged(210).Should().Be(2, "that there is no watch is told once for each kind");
    }

    [TestCase("08-other-namespace-running", "09-heartbeats-only")]
    [TestCase("16-node-without-ip", "17-nodeport-service-keys")]
    public async Task Heartbeats_cause_no_write(string before, string after)
    {
        _state = before;
        await using var server = await Server();
        using var folder = new TempFolder();
        await using var daemon = Daemon.Follow(server.Uri, folder.Path, "--api.poll-interval", "100ms");
        await TestCluster.UntilTargets(folder["pods.json"], Expected[before].Pods);
        await TestCluster.UntilTargets(folder["nodes.json"], Expected[before].Nodes);
        var (nodes, pods) = (Stamp(folder["nodes.json"]), Stamp(folder["pods.json"]));
        _state = after;
        var polls = server.Requests.Count;
        await Eventually.Holds(() => server.Requests.Count > polls + 20, "it was polled ten times");
        (Stamp(folder["nodes.json"]), Stamp(folder["pods.json"])).Should().Be((nodes, pods));
        daemon.Logged(400).Should().Be(2, "each file was written once");
    }

    /// <summary>What the original controller wrote, without its own address, the node that has none, and its one port to a pod.</summary>
    [Test]
    public void Where_the_original_controller_wrote_targets_ours_are_the_same()
    {
        var states = Directory.EnumerateFiles(Recordings, "original-controller-targets.txt", SearchOption.AllDirectories).ToList();
        states.Should().HaveCountGreaterThan(10);
        foreach (var file in states)
        {
            var (nodes, pods) = Expected[Path.GetFileName(Path.GetDirectoryName(file)!)];
            var original = File.ReadAllLines(file).Where(line => line.Length > 0).Select(line => line.Trim('[', ']', '"'))
                .Except(["localhost:9090", ":9100"]).ToList();
            nodes.Concat(pods).Except(original).Where(address => !address.EndsWith(":2201")).Should().BeEmpty("2201 is the second port of double-port");
            original.Except(nodes.Concat(pods)).Should().BeEmpty();
        }
    }

    [TestCase("500")]
    [TestCase("an error with status 200")]
    [TestCase("garbage")]
    [TestCase("an empty object")]
    [TestCase("cut off")]
    [TestCase("two documents")]
    [TestCase("nothing for too long")]
    public async Task A_server_in_trouble_is_told_and_changes_nothing(string trouble)
    {
        _state = "08-other-namespace-running";
        await using var server = await Server();
        using var folder = new TempFolder();
        await using var daemon = Daemon.Follow(server.Uri, folder.Path, "--api.dialect", "minik8s", "--api.poll-interval", "100ms");
        await TestCluster.UntilTargets(folder["pods.json"], Expected[_state].Pods);
        await TestCluster.UntilTargets(folder["nodes.json"], Expected[_state].Nodes);
        var (nodes, pods) = (Stamp(folder["nodes.json"]), Stamp(folder["pods.json"]));
        var well = server.Answer;
        server.Answer = context => trouble switch
        {
            "500" => Status(context, 500),
            "an error with status 200" => PlainServer.Json(context, "{\"error\":\"etcdserver: request timed out\"}"u8.ToArray()),
            "garbage" => PlainServer.Json(context, "<html>"u8.ToArray()),
            "an empty object" => PlainServer.Json(context, "{}"u8.ToArray()),
            "cut off" => PlainServer.Json(context, "[{\"metadata\":{\"Name\":\"x\"}},"u8.ToArray()),
            "two documents" => PlainServer.Json(context, "[][]"u8.ToArray()),
            _ => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted),
        };
        await daemon.UntilLogged(204, times: 2);
        (Stamp(folder["nodes.json"]), Stamp(folder["pods.json"])).Should().Be((nodes, pods));
        server.Answer = well;
        _state = "25-node-back";
        await TestCluster.UntilTargets(folder["pods.json"], Expected[_state].Pods);
        await daemon.UntilLogged(206, times: 2);

        static Task Status(Microsoft.AspNetCore.Http.HttpContext context, int code)
        {
            context.Response.StatusCode = code;
            return Task.CompletedTask;
        }
    }

    [Test]
    public async Task Pods_do_not_wait_long_for_the_names_of_nodes_that_cannot_be_listed()
    {
        _state = "07-pods-running";
        await using var server = await Server();
        var well = server.Answer;
        server.Answer = context =>
        {
            if (context.Request.Path != "/api/node")
                return well(context);
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        using var folder = new TempFolder();
        using var web = new EndpointClient();
        await using var daemon = Daemon.Follow(server.Uri, folder.Path, "--api.dialect", "minik8s", web.Flag);
        await web.Until(lines => lines.Contains("pods.json: not written yet: it waits for the nodes"), "it is said what the file waits for");
        await TestCluster.UntilTargets(folder["pods.json"], Expected[_state].Pods);
        File.ReadAllText(folder["pods.json"]).Should().NotContain("\"node\":");
        server.Answer = well;
        await Eventually.Holds(
            () => File.ReadAllText(folder["pods.json"]).Contains("\"node\":\"node-127.0.0.11\""), "the names follow when there are nodes");
    }

    [Test]
    public async Task The_dialect_and_the_lack_of_a_watch_are_found_without_a_flag_and_told_once()
    {
        _state = "07-pods-running";
        await using var server = await Server();
        using var folder = new TempFolder();
        using var web = new EndpointClient();
        await using var daemon = Daemon.Follow(server.Uri, folder.Path, web.Flag, "--api.poll-interval", "100ms", "--api.relist-interval", "1s");
        await TestCluster.UntilTargets(folder["pods.json"], Expected[_state].Pods);
        await TestCluster.UntilTargets(folder["nodes.json"], Expected[_state].Nodes);
        await web.UntilReady();
        (await web.ScrapeAsync())["stream_follows{resource=\"pods\",dialect=\"minik8s\",mode=\"poll\"}"].Should().Be(1);
        await Eventually.Holds(() => server.Requests.Count(request => request.Contains("watch=true")) > 6, "a watch is tried again and again");
        daemon.Logged(210).Should().Be(2, "that there is no watch is told once for each kind");
        daemon.Logged(210, "Follows nodes at /api/node in the dialect of Minik8s by polling every 0.1 s").Should().Be(1);
        File.ReadAllText(folder["pods.json"]).Should().Contain("\"node\":\"node-127.0.0.11\"", "a pod says its node's address, and the node its name");
        server.Requests.Count(request => request.StartsWith("/api/v1/")).Should().Be(2, "Kubernetes' place was tried once for each kind");
    }

    private static string[] Addresses(string text) => text == "-" ? [] : text.Split(' ');

    private static (string, DateTime) Stamp(string file) => (File.ReadAllText(file), File.GetLastWriteTimeUtc(file));

    private async Task<PlainServer> Server()
    {
        var server = await PlainServer.StartAsync();
        server.Answer = context => context.Request.Path.Value switch
        {
            "/api/node" => PlainServer.Json(context, File.ReadAllBytes(Path.Combine(Recordings, _state, "nodes.json"))),
            "/api/pod" => PlainServer.Json(context, File.ReadAllBytes(Path.Combine(Recordings, _state, "pods.json"))),
            _ => PlainServer.NotFound(context),
        };
        return server;
    }
}

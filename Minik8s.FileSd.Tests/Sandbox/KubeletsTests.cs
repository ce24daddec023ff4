using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Minik8s.ApiServer;
using Minik8s.ApiServer.Faults;
using Minik8s.FileSd.Tests.EndToEnd;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox;
using Minik8s.Sandbox.Cluster;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Sandbox;

/// <summary>The kubelets on a real API server, with real programs in the nodes and pods. Only the clock is not real.</summary>
internal sealed partial class KubeletsTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _clock = new();
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<string> _told = new();
    private SandboxOptions _options = OwnAddresses.Options();
    private ApiServerHost _server = null!;
    private ApiClient _api = null!;
    private Launcher _launcher = null!;
    private Kubelets? _kubelets;

    [SetUp]
    public async Task BringUp()
    {
        await ServeAsync(new ApiServerOptions());
        _launcher = new Launcher(_folder.Path);
    }

    [TearDown]
    public async Task TakeDown()
    {
        if (_kubelets is not null)
        {
            await _kubelets.DisposeAsync();
        }

        _launcher.Dispose();
        _api.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
        if (TestContext.CurrentContext.Result.Outcome.Status != NUnit.Framework.Interfaces.TestStatus.Passed)
        {
            await TestContext.Out.WriteLineAsync(string.Join('\n', _told));
        }
    }

    [Test]
    public async Task Malformed_objects_are_told_once_by_name_and_the_others_run()
    {
        await StartAsync();
        await AddNodeAsync("a-named-one", "worker.local");
        await AddNodeAsync("an-open-one", "0.0.0.0");
        await AddPodAsync("a-high-port", pod => pod["spec"]!["containers"]![0]!["ports"]![0]!["containerPort"] = 70000);
        await AddPodAsync("an-empty-one", pod => pod["spec"] = new JsonObject());
        await AddNodeAsync("worker");
        await AddPodAsync("well");
        await RunsAsync("well");
        await AddPodAsync("well-too");
        await RunsAsync("well-too");

        _told.Should().BeEquivalentTo(
            "node a-named-one: its InternalIP \"worker.local\" is not one of 127.0.0.0/8",
            "node an-open-one: its InternalIP \"0.0.0.0\" is not one of 127.0.0.0/8",
            "pod default/a-high-port: containerPort 70000 is not a port, 1 to 65535",
            "pod default/an-empty-one: spec.containers is no list of containers");
        (await PodAsync("well"))!["spec"]!["nodeName"]!.GetValue<string>().Should().Be("worker");
    }

    [Test]
    public async Task A_malformed_pod_goes_when_it_is_deleted()
    {
        await StartAsync();
        await AddPodAsync("broken", pod =>
        {
            pod["spec"]!["nodeName"] = "worker";
            pod["spec"]!["containers"]![0]!["ports"]![0]!["containerPort"] = 70000;
        });
        await AddNodeAsync("worker");
        await Until(() => _told.Any(line => line.StartsWith("pod default/broken: ", StringComparison.Ordinal)), "it is told");

        await _api.DeleteAsync(ApiClient.PodPath("default", "broken"), CancellationToken.None);
        await GoneAsync("broken");
    }

    [Test]
    public async Task A_pod_beyond_the_range_waits_for_an_address_and_holds_no_other_up()
    {
        _options = _options with { PodRange = new IPNetwork(_options.PodRange.BaseAddress, 30) };
        await StartAsync();
        await AddNodeAsync("worker");
        await AddPodAsync("first");
        await RunsAsync("first");
        await AddPodAsync("second");
        await RunsAsync("second");
        await AddPodAsync("a-third");
        await Until(() => !_told.IsEmpty, "that there is no address is told");
        await AddNodeAsync("another");
        await ReadyAsync("another");

        await _api.DeleteAsync(ApiClient.PodPath("default", "first"), CancellationToken.None);
        await GoneAsync("first");
        await RunsAsync("a-third");
        _told.Should().Equal($"pod default/a-third: All addresses of {_options.PodRange} are taken.");
    }

    [Test]
    public async Task A_process_that_died_is_told_and_started_again()
    {
        await StartAsync();
        await AddNodeAsync("worker");
        await AddPodAsync("shop");
        await RunsAsync("shop");
        var address = (await PodAsync("shop"))!["status"]!["podIP"]!.GetValue<string>();
        var owner = ListeningSocket.OwnerOf(new IPEndPoint(IPAddress.Parse(address), Manifests.AppPort))!;
        using (var process = Process.GetProcessById(int.Parse(Number().Match(owner).Value, CultureInfo.InvariantCulture)))
        {
            process.Kill();
        }

        await Until(async () => Container(await PodAsync("shop"))?["state"]?["waiting"] is not null, "it is down");
        _told.Should().ContainSingle()
            .Which.Should().StartWith("pod default/shop ended with exit code 137.").And.EndWith("It is started again in 10 s.");

        _clock.Advance(TimeSpan.FromSeconds(10));
        await RunsAsync("shop");
        Container(await PodAsync("shop"))!["restartCount"]!.GetValue<int>().Should().Be(1);
    }

    [Test]
    public async Task A_node_exporter_that_is_held_down_is_started_again_only_when_it_is_released()
    {
        await StartAsync();
        await AddNodeAsync("worker");
        await ReadyAsync("worker");
        var exporter = _kubelets!.ExporterOf("worker");

        exporter.KillAndHold();
        await Until(() => !_told.IsEmpty, "that it is down is told");
        _told.Should().Equal("node worker was killed. It is not started again before it is released.");
        _clock.Advance(TimeSpan.FromMinutes(1));
        exporter.Status.Phase.Should().Be(WorkloadPhase.BackOff);

        exporter.Release();
        await Until(() => exporter.Status is { Ready: true, Restarts: 1 }, "it runs again");
    }

    [Test]
    public async Task A_pod_goes_with_its_node()
    {
        await StartAsync();
        await AddNodeAsync("worker");
        await AddPodAsync("orphan");
        await RunsAsync("orphan");
        await _api.DeleteAsync(ApiClient.NodePath("worker"), CancellationToken.None);
        await GoneAsync("orphan");
    }

    [Test]
    public async Task A_pod_goes_with_its_node_although_its_deletion_is_refused_at_first()
    {
        await StartAsync();
        await AddNodeAsync("worker");
        await AddPodAsync("orphan");
        await RunsAsync("orphan");
        var refusal = _server.Faults.Add(
            Fault.Reply.Status(500, message: "not now"), request => request.Method == "DELETE" && request.Name == "orphan", times: 1);
        await _api.DeleteAsync(ApiClient.NodePath("worker"), CancellationToken.None);
        await GoneAsync("orphan");
        refusal.Matched.Should().BeGreaterThan(1);
        _told.Should().Equal("pod default/orphan: not now");
    }

    [Test]
    public async Task Where_a_deleted_node_takes_the_status_of_all_pods_those_of_other_nodes_come_back_on_new_addresses()
    {
        await _server.DisposeAsync();
        _api.Dispose();
        await ServeAsync(new ApiServerOptions { ClassicListen = new IPEndPoint(IPAddress.Loopback, 0) });
        await StartAsync();
        await AddNodeAsync("staying");
        await AddNodeAsync("leaving");
        await AddPodAsync("shop", pod => pod["spec"]!["nodeName"] = "staying");
        await AddPodAsync("orphan", pod => pod["spec"]!["nodeName"] = "leaving");
        await RunsAsync("shop");
        await RunsAsync("orphan");
        var before = Address(await PodAsync("shop"))!;

        await _api.DeleteAsync(ApiClient.NodePath("leaving"), CancellationToken.None);

        await Until(async () => Address(await PodAsync("shop")) is { } address && address != before, "it has another address");
        await RunsAsync("shop");
        await GoneAsync("orphan");
        (await new Port(new IPEndPoint(IPAddress.Parse(before), Manifests.AppPort), "", "").IsOpenAsync(CancellationToken.None))
            .Should().BeFalse();
        _told.Should().BeEmpty();
    }

    [Test]
    public async Task A_status_that_the_server_refuses_is_told_by_name_and_holds_no_other_up()
    {
        _server.Faults.Add(
            Fault.Reply.Status(500, message: "poisoned"), request => request.Method == "PATCH" && request.Name == "a-bad-one");
        await StartAsync();
        await AddNodeAsync("a-bad-one");
        await AddNodeAsync("worker");
        await ReadyAsync("worker");
        _told.Should().Equal("node a-bad-one: poisoned");
    }

    [Test]
    public async Task A_pod_bound_to_no_node_is_forgotten_unless_the_node_comes_yet()
    {
        await StartAsync();
        await AddPodAsync("early", pod => pod["spec"]!["nodeName"] = "late");
        await AddPodAsync("lost", pod => pod["spec"]!["nodeName"] = "nowhere");
        await AddNodeAsync("late");
        await RunsAsync("early");
        (await PodAsync("lost")).Should().NotBeNull();

        _clock.Advance(TimeSpan.FromSeconds(40));
        await GoneAsync("lost");
        (await PodAsync("early")).Should().NotBeNull();
    }

    [Test]
    public async Task The_longest_names_work()
    {
        await StartAsync();
        var (node, pod) = (new string('n', 253), new string('p', 253));
        await AddNodeAsync(node);
        await AddPodAsync(pod);
        await ReadyAsync(node);
        await RunsAsync(pod);
        _told.Should().BeEmpty();
    }

    [Test]
    public async Task Pods_whose_names_run_together_have_files_of_their_own()
    {
        await StartAsync();
        await AddNodeAsync("worker");
        await _api.CreateAsync("namespaces/a/pods", Manifests.Pod("b-c"), CancellationToken.None);
        await _api.CreateAsync("namespaces/a-b/pods", Manifests.Pod("c"), CancellationToken.None);
        await Until(() => Directory.GetFiles(_folder["logs"], "pod-a-b-c-*.log").Length == 2, "there are two logs");
    }

    [Test]
    public async Task Each_container_of_a_pod_has_a_program_of_its_own_on_its_own_port()
    {
        await StartAsync();
        await AddNodeAsync("worker");
        await AddPodAsync("two", pod =>
        {
            var second = pod["spec"]!["containers"]![0]!.DeepClone();
            second["name"] = "billing";
            second["ports"]![0]!["containerPort"] = Manifests.AppPort + 1;
            pod["spec"]!["containers"]!.AsArray().Add(second);
        });
        await Until(async () => Ready(await PodAsync("two")), "both containers are ready");

        var address = (await PodAsync("two"))!["status"]!["podIP"]!.GetValue<string>();
        using var http = new HttpClient();
        foreach (var port in new[] { Manifests.AppPort, Manifests.AppPort + 1 })
            (await http.GetStringAsync(new Uri($"http://{address}:{port}/metrics"))).Should().Contain("app_queue_length");

        await _api.DeleteAsync(ApiClient.PodPath("default", "two"), CancellationToken.None);
        await GoneAsync("two");
        foreach (var port in new[] { Manifests.AppPort, Manifests.AppPort + 1 })
            (await new Port(new IPEndPoint(IPAddress.Parse(address), port), "", "").IsOpenAsync(CancellationToken.None)).Should().BeFalse();

        static bool Ready(JsonObject? pod) =>
            pod?["status"]?["containerStatuses"] is JsonArray { Count: 2 } containers
            && containers.All(container => container!["ready"]!.GetValue<bool>());
    }

    private async Task ServeAsync(ApiServerOptions options)
    {
        _server = await ApiServerHost.StartAsync(options);
        _api = new ApiClient(_server.Endpoint);
    }

    private async Task StartAsync() => _kubelets = new Kubelets(
        _options,
        await Programs.FindAsync(_options, CancellationToken.None),
        _launcher,
        _api,
        _clock,
        _told.Enqueue);

    private Task AddNodeAsync(string name, string? address = null)
    {
        var node = Manifests.Node(name);
        if (address is not null)
        {
            node["status"] = new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = address }),
            };
        }

        return _api.CreateAsync("nodes", node, CancellationToken.None);
    }

    private Task AddPodAsync(string name, Action<JsonObject>? change = null)
    {
        var pod = Manifests.Pod(name);
        change?.Invoke(pod);
        return _api.CreateAsync("namespaces/default/pods", pod, CancellationToken.None);
    }

    private Task RunsAsync(string pod) => Until(
        async () => Container(await PodAsync(pod))?["state"]?["running"] is not null, $"{pod} runs");

    private Task GoneAsync(string pod) => Until(async () => await PodAsync(pod) is null, $"{pod} is gone");

    private Task ReadyAsync(string node) => Until(
        async () => (await FindAsync("nodes", node))?["status"]?["conditions"]?[0]?["status"]?.GetValue<string>() == "True",
        $"{node} is ready");

    private Task<JsonObject?> PodAsync(string name) => FindAsync("pods", name);

    private async Task<JsonObject?> FindAsync(string resource, string name) =>
        (await _api.ListAsync(resource, CancellationToken.None))
            .SingleOrDefault(found => found["metadata"]!["name"]!.GetValue<string>() == name);

    private static string? Address(JsonObject? pod) => pod?["status"]?["podIP"]?.GetValue<string>();

    private static JsonNode? Container(JsonObject? pod) => pod?["status"]?["containerStatuses"]?[0];

    private Task Until(Func<bool> condition, string what) => Until(() => Task.FromResult(condition()), what);

    /// <summary>The clock goes on a little with each look, and slower than the processes need it.</summary>
    private Task Until(Func<Task<bool>> condition, string what) => Eventually.Holds(
        () =>
        {
            _clock.Advance(Step);
            return condition();
        },
        what);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}

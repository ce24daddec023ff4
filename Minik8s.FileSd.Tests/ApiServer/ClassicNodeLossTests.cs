using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>The blip of the original: with a node, all pods of the cluster lose their status.</summary>
internal sealed class ClassicNodeLossTests : ClassicTest
{
    [Test]
    public async Task A_deleted_node_takes_phase_and_addresses_from_every_pod_until_its_kubelet_reports_it_again()
    {
        await ClusterAsync();
        (await PodsAsync()).Should().Equal("a Running 127.0.1.1 127.0.0.1", "b Running 127.0.1.2 127.0.0.1");

        await Api.Delete("api/v1/nodes/n2");

        await PodsAreAsync("a Created  ", "b Created  ");
        Text((await ListAsync("api/pod"))[0], "Status.SandboxId").Should().BeEmpty();
        (await ListAsync("api/node")).Should().ContainSingle();

        await Report("b", "127.0.1.9");

        (await PodsAsync()).Should().Equal("a Created  ", "b Running 127.0.1.9 127.0.0.1");
    }

    [Test]
    public async Task The_kubernetes_side_sees_it_as_modified_pods_without_a_status()
    {
        var version = await ClusterAsync();
        using var watch = await Api.Watch($"api/v1/pods?watch=true&resourceVersion={version}");

        await Api.Delete("api/v1/nodes/n2");

        foreach (var name in new[] { "a", "b" })
        {
            var frame = (await watch.NextAsync())!;
            (frame.Type, frame.Name, frame.Object["status"]!.ToJsonString()).Should().Be(("MODIFIED", name, "{}"));
            frame.Object["spec"]!["nodeName"]!.GetValue<string>().Should().Be("n1");
        }
    }

    [Test]
    public async Task A_node_that_came_back_under_its_name_had_been_deleted()
    {
        await ClusterAsync();
        await Api.Delete("api/v1/nodes/n1");
        await CreateNode("n1", InternalIP("127.0.0.1"));

        await PodsAreAsync("a Created  ", "b Created  ");
    }

    [Test]
    public async Task A_server_that_has_forgotten_everything_still_does_it()
    {
        await Server.KillAsync();
        await Server.StartAgainAsync(keepState: false);
        await ClusterAsync();

        await Api.Delete("api/v1/nodes/n2");

        await PodsAreAsync("a Created  ", "b Created  ");
    }

    [Test]
    public async Task A_node_that_changes_takes_nothing()
    {
        await ClusterAsync();
        await Api.Merge("api/v1/nodes/n1", """{"metadata":{"labels":{"disk":"ssd"}}}""");
        await Api.Delete(Pods + "/a?gracePeriodSeconds=0");
        await CreateNode("n3", "");

        (await PodsAsync()).Should().Equal("b Running 127.0.1.2 127.0.0.1");
    }

    private async Task<string> ClusterAsync()
    {
        await CreateNode("n1", InternalIP("127.0.0.1"));
        await CreateNode("n2", InternalIP("127.0.0.2"));
        await Create(RunningPod("a"));
        await Create(RunningPod("b"));
        await Report("a", "127.0.1.1");
        return (await Report("b", "127.0.1.2")).Version;
    }

    private Task<ApiAnswer> Report(string pod, string address) => Api.Merge(
        $"{Pods}/{pod}/status", $$"""{"status":{"phase":"Running","podIP":"{{address}}","hostIP":"127.0.0.1"} }""");

    private Task PodsAreAsync(params string[] pods) =>
        Eventually.Holds(async () => (await PodsAsync()).SequenceEqual(pods), string.Join(", ", pods));

    private async Task<IEnumerable<string>> PodsAsync() => from pod in await ListAsync("api/pod")
                                                           select $"{Text(pod, "metadata.Name")} {Text(pod, "Status.PodPhase")} "
                                                               + $"{Text(pod, "Status.PodIP")} {Text(pod, "Status.HostIP")}";
}

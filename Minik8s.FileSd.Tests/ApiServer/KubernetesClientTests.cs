using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>The official C# client against the server.</summary>
internal sealed class KubernetesClientTests : ApiServerTest
{
    private Kubernetes _client = null!;

    [SetUp]
    public void Connect() => _client = new Kubernetes(new KubernetesClientConfiguration { Host = Server.Uri.ToString() });

    [TearDown]
    public void Disconnect() => _client.Dispose();

    [Test]
    public async Task It_creates_reads_replaces_and_deletes()
    {
        var created = await _client.CreateNamespacedPodAsync(NewPod("web"), "default");
        created.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" };
        var replaced = await _client.ReplaceNamespacedPodAsync(created, "web", "default");
        replaced.Status = new V1PodStatus { Phase = "Running", PodIP = "10.0.0.1" };
        await _client.ReplaceNamespacedPodStatusAsync(replaced, "web", "default");

        var read = await _client.ReadNamespacedPodAsync("web", "default");
        await _client.DeleteNamespacedPodAsync("web", "default", gracePeriodSeconds: 0);

        read.Metadata.Labels.Should().ContainKey("a");
        read.Status.PodIP.Should().Be("10.0.0.1");
        read.Metadata.CreationTimestamp.Should().Be(Time.GetUtcNow().UtcDateTime);
        (await _client.Invoking(c => c.ReadNamespacedPodAsync("web", "default")).Should().ThrowAsync<HttpOperationException>())
            .Which.Response.StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound);
    }

    [Test]
    public async Task It_pages_through_a_selected_list()
    {
        for (var i = 0; i < 5; i++)
        {
            await _client.CreateNamespacedPodAsync(NewPod($"p{i}"), "default");
        }

        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await _client.ListPodForAllNamespacesAsync(limit: 2, continueParameter: token,
                labelSelector: "log=prometheus", fieldSelector: "metadata.name!=p2");
            names.AddRange(page.Items.Select(pod => pod.Metadata.Name));
            token = page.Metadata.ContinueProperty;
        }
        while (!string.IsNullOrEmpty(token));

        names.Should().Equal("p0", "p1", "p3", "p4");
    }

    [TestCase(V1Patch.PatchType.MergePatch, """{"metadata":{"labels":{"a":"b"}}}""")]
    [TestCase(V1Patch.PatchType.StrategicMergePatch, """{"metadata":{"labels":{"a":"b"}}}""")]
    [TestCase(V1Patch.PatchType.JsonPatch, """[{"op":"add","path":"/metadata/labels/a","value":"b"}]""")]
    public async Task It_patches(V1Patch.PatchType type, string patch)
    {
        await _client.CreateNamespacedPodAsync(NewPod("web"), "default");

        var patched = await _client.PatchNamespacedPodAsync(new V1Patch(patch, type), "web", "default");

        patched.Metadata.Labels.Should().Contain("a", "b");
    }

    [Test]
    public async Task It_watches_and_deletes_nodes()
    {
        var list = await _client.ListNodeAsync();
        using var patience = new CancellationTokenSource(ApiClient.Patience, TimeProvider.System);
        var events = _client.CoreV1.WatchListNodeAsync(
            resourceVersion: list.Metadata.ResourceVersion, labelSelector: "zone=a", cancellationToken: patience.Token).GetAsyncEnumerator();
        var node = new V1Node { Metadata = new V1ObjectMeta { Name = "n1", Labels = new Dictionary<string, string> { ["zone"] = "a" } } };
        var seen = new List<string>();

        var next = events.MoveNextAsync();
        await _client.CreateNodeAsync(node);
        await next;
        seen.Add($"{events.Current.Item1} {events.Current.Item2.Metadata.Name}");
        var status = await _client.DeleteNodeAsync("n1");
        await events.MoveNextAsync();
        seen.Add($"{events.Current.Item1} {events.Current.Item2.Metadata.Name}");
        await events.DisposeAsync();

        seen.Should().Equal("Added n1", "Deleted n1");
        status.Status.Should().Be("Success");
    }

    private static V1Pod NewPod(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["log"] = "prometheus" } },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "app", Image = "app:1" }] },
    };
}

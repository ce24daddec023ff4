using System.Text;
using System.Text.Json;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Json;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

internal sealed class ListReaderTests
{
    [TestCase(1)]
    [TestCase(1000)]
    [TestCase(int.MaxValue)]
    public async Task A_recorded_page_is_read_whatever_the_size_of_its_pieces(int pieceSize)
    {
        var (pods, meta) = await Read(Fixture.Body("list-page-1.http"), pieceSize);
        pods.Should().HaveCount(9);
        pods.Select(pod => pod.Metadata.Name).Should().StartWith(["plain", "unselected-port-name", "two-containers"]);
        pods[0].Spec!.Containers!.Single().Ports!.Single().Should().Be(new ContainerPort("prometheus", 2112, "TCP"));
        meta.ResourceVersion.Should().Be("154");
        meta.Continue.Should().NotBeNullOrEmpty();
    }

    [Test]
    public async Task The_last_recorded_page_has_no_token()
    {
        var (_, meta) = await Read(Fixture.Body("list-page-3.http"));
        meta.Continue.Should().BeNullOrEmpty();
    }

    [Test]
    public async Task The_metadata_may_stand_behind_the_items_and_other_properties_anywhere()
    {
        var (pods, meta) = await Read("""{"x":[{"items":1}],"items":[{"metadata":{"name":"a"},"y":{}}],"metadata":{"resourceVersion":"1"},"kind":"PodList"} """);
        pods.Should().ContainSingle().Which.Metadata.Name.Should().Be("a");
        meta.ResourceVersion.Should().Be("1");
    }

    [TestCase("[]")]
    [TestCase("null")]
    public async Task A_list_may_be_empty(string items)
    {
        var (pods, _) = await Read($$"""{"kind":"PodList","metadata":{},"items":{{items}}}""");
        pods.Should().BeEmpty();
    }

    [TestCase("", TestName = "nothing")]
    [TestCase("<html><body>Sign in</body></html>", TestName = "HTML")]
    [TestCase("[]", TestName = "an array")]
    [TestCase("null", TestName = "null")]
    [TestCase("{}", TestName = "an empty object")]
    [TestCase("""{"error":"etcd is down"}""", TestName = "an error of another kind")]
    [TestCase("""{"kind":"Status","metadata":{},"items":[]}""", TestName = "a status")]
    [TestCase("""{"kind":"ConfigMapList","metadata":{},"items":[]}""", TestName = "a list of another kind")]
    [TestCase("""{"kind":"\ud800","metadata":{},"items":[]}""", TestName = "a kind that is no text")]
    [TestCase("""{"kind":"PodList","metadata":{},"items":[],"items":[]}""", TestName = "a list with items twice")]
    [TestCase("""{"kind":"PodList","items":[]}""", TestName = "a list without metadata")]
    [TestCase("""{"kind":"PodList","metadata":{}}""", TestName = "a list without items")]
    [TestCase("""{"kind":"PodList","metadata":{},"items":{}}""", TestName = "items that are no array")]
    [TestCase("""{"kind":"PodList","metadata":{},"items":[]}{}""", TestName = "something behind the list")]
    public async Task What_is_no_list_is_a_fault(string body) =>
        await FluentActions.Awaiting(() => Read(body)).Should().ThrowAsync<JsonException>();

    [Test]
    public async Task A_list_cut_off_anywhere_is_a_fault()
    {
        var whole = Encoding.UTF8.GetBytes("""{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"}}]}""");
        for (var length = 0; length < whole.Length; length++)
            await FluentActions.Awaiting(() => Read(whole[..length])).Should().ThrowAsync<JsonException>("after {0} bytes", length);
    }

    private static Task<(List<Pod> Pods, ListMeta Meta)> Read(string body) => Read(Encoding.UTF8.GetBytes(body));

    private static async Task<(List<Pod> Pods, ListMeta Meta)> Read(byte[] body, int pieceSize = int.MaxValue)
    {
        var pods = new List<Pod>();
        ListMeta? meta = null;
        await foreach (var part in new ListReader<Pod>("Pod", ClusterJson.Default.Pod, Wanted.By(ClusterJson.Default.Pod), new Selection(LabelSelector.Everything), Bounds.Default).ReadAsync(new SlowStream(body, pieceSize), CancellationToken.None))
        {
            meta.Should().BeNull("the metadata comes last");
            if (part.Item is { } pod)
                pods.Add(pod);
            meta = part.End;
        }

        return (pods, meta!);
    }
}

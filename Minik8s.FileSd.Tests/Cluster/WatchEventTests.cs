using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

internal sealed class WatchEventTests
{
    private static readonly KubernetesFormat<Pod> Format = new("Pod", ClusterJson.Default.Pod);

    [TestCase(7)]
    [TestCase(int.MaxValue)]
    public async Task A_recorded_watch_is_read_frame_by_frame(int pieceSize)
    {
        var events = await Read(Fixture.Body("watch-changes-and-bookmark.http"), pieceSize);
        events.Select(e => $"{e.Name} {e.Object!.Metadata.Name} {e.Object.Metadata.ResourceVersion}".Replace("  ", " ", StringComparison.Ordinal))
            .Should().Equal(
                "ADDED live 158", "MODIFIED live 159", "DELETED live 161", "ADDED live 162", "MODIFIED plain 163",
                "MODIFIED live 164", "MODIFIED live 165", "DELETED live 166",
                "BOOKMARK 168", "BOOKMARK 168", "BOOKMARK 168");
        events[1].Object!.Status!.PodIP.Should().Be("10.244.9.9");
        events.TakeLast(3).Should().OnlyContain(e => e.Type == WatchEventType.Bookmark);
    }

    [Test]
    public async Task A_recorded_expiry_is_an_error_with_its_status()
    {
        var error = (await Read(Fixture.Body("watch-too-old.http"))).Single();
        error.Type.Should().Be(WatchEventType.Error);
        error.Error.Should().BeEquivalentTo(new { Code = 410, Reason = "Expired", Message = "too old resource version: 100 (193)" });
    }

    [Test]
    public async Task The_type_may_stand_behind_the_object()
    {
        var events = await Read("""{"object":{"metadata":{"name":"a","resourceVersion":"3"},"kind":"Pod"},"more":[1],"type":"DELETED"}""");
        events.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Type = WatchEventType.Deleted, Name = "DELETED" });
    }

    [TestCase("""{"type":"RENAMED","object":{"kind":"Pod","metadata":{"name":"a"}}}""", "RENAMED Pod")]
    [TestCase("""{"type":"ADDED","object":{"kind":"Service","metadata":{"name":"a"}}}""", "ADDED Service")]
    public async Task An_unknown_type_or_kind_is_told_as_such(string frame, string name) =>
        (await Read(frame)).Single().Should().BeEquivalentTo(new { Type = WatchEventType.Unknown, Name = name });

    [TestCase("<html></html>")]
    [TestCase("""{"type":"ADDED"}""")]
    [TestCase("""{"type":"ADDED","object":null}""")]
    [TestCase("""{"type":"DELETED","object":{"kind":"Pod"}}""")]
    [TestCase("""{"type":"DELETED","object":{"kind":"Pod","metadata":{}}}""")]
    [TestCase("""{"type":"BOOKMARK","object":{"kind":"Pod"}}""")]
    [TestCase("""{"type":5,"object":{"kind":"Pod","metadata":{"name":"a"}}}""")]
    [TestCase("""{"a":1}]""")]
    [TestCase("""{"a":1]""")]
    [TestCase("""{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a"},"x":nil,"y":"never""")]
    [TestCase("5")]
    [TestCase("true")]
    public async Task What_is_no_frame_is_a_fault(string body) =>
        await FluentActions.Awaiting(() => Read(body)).Should().ThrowAsync<JsonException>();

    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("""[{"metadata":{"name":"a"}}]""")]
    [TestCase("""{"kind":"PodList","metadata":{},"items":[]}""")]
    [TestCase("""[{"metadata":{"name":"cut""")]
    [TestCase("""{"kind":"PodList","metadata":{},"items":[{"cut""")]
    public async Task A_list_is_no_watch(string body) =>
        await FluentActions.Awaiting(() => Read(body)).Should().ThrowAsync<WatchRefusedException>();

    [Test]
    public async Task A_frame_cut_off_anywhere_is_a_fault()
    {
        const string frame = """{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a"}}}""";
        for (var length = 1; length < frame.Length; length++)
            await FluentActions.Awaiting(() => Read(frame[..length])).Should().ThrowAsync<JsonException>("after {0} bytes", length);
    }

    /// <summary>Nothing comes after it: in a quiet cluster that is the rule.</summary>
    [TestCase(100, 20)]
    [TestCase(1_000, 300)]
    [TestCase(4_000, 100)]
    public async Task A_frame_in_many_pieces_is_read_with_its_last_byte(int pieceSize, int pieces)
    {
        var frame = Encoding.UTF8.GetBytes(
            """{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a","annotations":{"x":"LONG"}}}}""".Replace("LONG", new string('y', pieceSize * pieces)));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await using var events = Format.ReadWatchAsync(pipe.Reader.AsStream(), CancellationToken.None).GetAsyncEnumerator();
        var next = events.MoveNextAsync();
        foreach (var piece in frame.Chunk(pieceSize))
        {
            next.IsCompleted.Should().BeFalse();
            await pipe.Writer.WriteAsync(piece);
            await Task.Yield();
        }

        (await next.AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)).Should().BeTrue();
        events.Current.Object!.Metadata.Annotations!["x"].Should().HaveLength(pieceSize * pieces);
    }

    [Test]
    public async Task What_is_whole_before_a_fault_is_told_before_it()
    {
        var events = new List<WatchEvent<Pod>>();
        var body = Encoding.UTF8.GetBytes("""{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"a"}}}  {"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"b"}}}<html>""");
        await FluentActions.Awaiting(async () =>
        {
            await foreach (var frame in Format.ReadWatchAsync(new MemoryStream(body), CancellationToken.None))
                events.Add(frame);
        }).Should().ThrowAsync<JsonException>();
        events.Select(said => said.Object!.Metadata.Name).Should().Equal("a", "b");
    }

    private static Task<List<WatchEvent<Pod>>> Read(string body) => Read(Encoding.UTF8.GetBytes(body));

    private static async Task<List<WatchEvent<Pod>>> Read(byte[] body, int pieceSize = int.MaxValue)
    {
        var events = new List<WatchEvent<Pod>>();
        await foreach (var frame in Format.ReadWatchAsync(new SlowStream(body, pieceSize), CancellationToken.None))
            events.Add(frame);
        return events;
    }
}

using System.Text;
using System.Text.Json.Nodes;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;
using Minik8s.FileSd.Tests.Targets;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>What a watch need not decode: objects that are as it has told them before, or that the selector leaves out.</summary>
internal sealed class BriefFrameTests
{
    private const string Labels = """{"log":"prometheus"}""";

    [Test]
    public async Task What_is_told_again_with_another_version_is_unchanged()
    {
        var events = await Read(Frame("ADDED", "a", "1"), Frame("MODIFIED", "a", "22"), Frame("ADDED", "a", "3"));
        events.Select(said => (said.Extent, said.Name, said.Object!.Metadata.Key.ToString(), said.Object.Metadata.ResourceVersion)).Should().Equal(
            (WatchExtent.Whole, "ADDED", "x/a", "1"),
            (WatchExtent.Unchanged, "MODIFIED", "x/a", "22"),
            (WatchExtent.Unchanged, "ADDED", "x/a", "3"));
        events[0].Object!.Status!.PodIP.Should().Be("10.0.0.1");
    }

    [Test]
    public async Task What_has_changed_and_changed_back_is_told_each_time() =>
        (await Read(Frame("ADDED", "a", "1"), Frame("MODIFIED", "a", "2", ip: "10.0.0.2"), Frame("MODIFIED", "a", "3")))
            .Should().OnlyContain(said => said.Extent == WatchExtent.Whole);

    [Test]
    public async Task What_was_deleted_and_comes_again_is_told() =>
        (await Read(Frame("ADDED", "a", "1"), Frame("DELETED", "a", "2"), Frame("ADDED", "a", "3")))
            .Should().OnlyContain(said => said.Extent == WatchExtent.Whole);

    [Test]
    public async Task Another_object_with_the_same_content_is_told() =>
        (await Read(Frame("ADDED", "a", "1"), Frame("ADDED", "b", "1"), Frame("ADDED", "a", "1").Replace("\"x\"", "\"y\"", StringComparison.Ordinal)))
            .Should().OnlyContain(said => said.Extent == WatchExtent.Whole);

    [Test]
    public async Task What_differs_in_nothing_that_is_read_is_unchanged() =>
        (await Read(Frame("ADDED", "a", "1"), Frame("MODIFIED", "a", "2").Replace("\"phase\"", "\"message\":\"other {[\",\"phase\"", StringComparison.Ordinal)))[1]
            .Extent.Should().Be(WatchExtent.Unchanged);

    [TestCase("""{"log":"other"}""")]
    [TestCase("{}")]
    [TestCase("null")]
    public async Task What_the_selector_leaves_out_is_told_by_its_name(string labels)
    {
        var said = (await Read([Frame("ADDED", "a", "1", labels)], LabelSelector.Parse("log=prometheus"))).Single();
        said.Extent.Should().Be(WatchExtent.Unselected);
        said.Object!.Metadata.Key.Should().Be(new ObjectKey("x", "a"));
        said.Object.Metadata.ResourceVersion.Should().Be("1");
    }

    [TestCase("""{"log":5}""")]
    [TestCase("5")]
    [TestCase("""{"log":"prometheus"}""")]
    [TestCase("""{"lo\u0067":"prometheus"}""")]
    public async Task What_the_selector_takes_or_cannot_read_is_told_whole(string labels) =>
        (await Read([Frame("ADDED", "a", "1", labels)], LabelSelector.Parse("log=prometheus"))).Single().Extent.Should().Be(WatchExtent.Whole);

    [TestCase("\"name\":\"a\"", "\"name\":\"\\u0061\"")]
    [TestCase("\"name\":\"a\"", "\"name\":\"a\",\"name\":\"a\"")]
    [TestCase("\"metadata\":", "\"metadata\":null,\"metadata\":")]
    [TestCase("\"namespace\":\"x\"", "\"namespace\":\"x\",\"namespace\":\"x\"")]
    [TestCase("\"type\":", "\"type\":\"ADDED\",\"type\":")]
    public async Task What_is_written_in_an_unusual_way_is_told_whole_each_time(string usual, string unusual)
    {
        var frame = Frame("MODIFIED", "a", "1").Replace(usual, unusual, StringComparison.Ordinal);
        (await Read(frame, frame)).Should().OnlyContain(said => said.Extent == WatchExtent.Whole && said.Object!.Metadata.Name == "a");
    }

    /// <summary>What cannot be seen at a glance may be about any object: what was told before is not counted on.</summary>
    [TestCase("\"resourceVersion\":\"2\"", "\"resourceVersion\":\"\"")]
    [TestCase("\"resourceVersion\":\"2\"", "\"resourceVersion\":null")]
    [TestCase("\"metadata\":", "\"met\\u0061data\":")]
    [TestCase("\"type\":", "\"type\":\"MODIFIED\",\"type\":")]
    public async Task What_was_told_before_an_unusual_frame_is_told_again(string usual, string unusual)
    {
        foreach (var type in (string[])["MODIFIED", "DELETED"])
        {
            var between = Frame(type, "a", "2", ip: "10.0.0.2").Replace(usual, unusual, StringComparison.Ordinal);
            (await Read(Frame("ADDED", "a", "1"), between, Frame("MODIFIED", "a", "3"))).Should().OnlyContain(said => said.Extent == WatchExtent.Whole);
        }
    }

    [Test]
    public async Task A_bookmark_between_makes_nothing_new() =>
        (await Read(Frame("ADDED", "a", "1"), """{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"2"}}}""", Frame("MODIFIED", "a", "3")))[2]
            .Extent.Should().Be(WatchExtent.Unchanged);

    [Test]
    public async Task What_is_left_out_again_is_left_out_again_and_selected_again_it_is_told()
    {
        var other = Frame("MODIFIED", "a", "2", """{"log":"other"}""");
        (await Read([Frame("ADDED", "a", "1"), other, other, Frame("MODIFIED", "a", "3")], LabelSelector.Parse("log=prometheus")))
            .Select(said => said.Extent).Should().Equal(WatchExtent.Whole, WatchExtent.Unselected, WatchExtent.Unselected, WatchExtent.Whole);
    }

    [Test]
    public async Task A_label_without_a_value_is_for_the_decoder() =>
        (await Read([Frame("ADDED", "a", "1", """{"log":null}""")], LabelSelector.Parse("log=prometheus"))).Single().Extent.Should().Be(WatchExtent.Whole);

    /// <summary>A namespace that a server makes up for a node, or does not, is none.</summary>
    [Test]
    public async Task A_node_is_the_same_whatever_its_namespace()
    {
        var frames = new[] { Frame("ADDED", "a", "1"), Frame("MODIFIED", "a", "2", ip: "10.0.0.2").Replace("\"namespace\":\"x\",", "", StringComparison.Ordinal), Frame("MODIFIED", "a", "3") };
        var body = Encoding.UTF8.GetBytes(string.Concat(frames).Replace("\"Pod\"", "\"Node\"", StringComparison.Ordinal).Replace("podIP", "x", StringComparison.Ordinal)
            .Replace("\"phase\":\"Running\",\"x\":", "\"addresses\":[{\"type\":\"InternalIP\",\"address\":", StringComparison.Ordinal).Replace("\"} } }", "\"}]} } }", StringComparison.Ordinal));
        var extents = new List<WatchExtent>();
        await foreach (var said in new KubernetesFormat<Node>("Node", ClusterJson.Default.Node).ReadWatchAsync(new MemoryStream(body), CancellationToken.None))
            extents.Add(said.Extent);
        extents.Should().Equal(WatchExtent.Whole, WatchExtent.Whole, WatchExtent.Whole);
    }

    [Test]
    public async Task Of_more_objects_than_there_may_be_none_is_remembered()
    {
        var format = new KubernetesFormat<Pod>("Pod", ClusterJson.Default.Pod, bounds: new(Limits.Default with { ListObjects = 2 }, TimeProvider.System));
        var frames = string.Concat(Frame("ADDED", "a", "1"), Frame("ADDED", "b", "2"), Frame("MODIFIED", "a", "3"), Frame("ADDED", "c", "4"), Frame("MODIFIED", "a", "5"), Frame("MODIFIED", "c", "6"));
        var extents = new List<WatchExtent>();
        await foreach (var said in format.ReadWatchAsync(new MemoryStream(Encoding.UTF8.GetBytes(frames)), CancellationToken.None))
            extents.Add(said.Extent);
        extents.Should().Equal(WatchExtent.Whole, WatchExtent.Whole, WatchExtent.Unchanged, WatchExtent.Whole, WatchExtent.Whole, WatchExtent.Unchanged);
    }

    /// <summary>An object as large as real ones are: decoding it takes kilobytes.</summary>
    [TestCase("log=prometheus")]
    [TestCase("log=other")]
    public void What_is_unchanged_or_not_selected_allocates_next_to_nothing(string selector)
    {
        var format = new KubernetesFormat<Pod>("Pod", ClusterJson.Default.Pod, LabelSelector.Parse(selector));
        var annotations = string.Join(",", Enumerable.Range(0, 100).Select(i => $"\"example.com/annotation-{i}\":\"{new string('v', 50)}\""));
        var frame = Frame("MODIFIED", "a", "1").Replace("\"labels\"", $"\"annotations\":{{{annotations}}},\"labels\"", StringComparison.Ordinal);
        var other = frame.Replace("annotation-0", "annotation-x", StringComparison.Ordinal);
        Allocated(format, frame, frame).Should().BeLessThan(600);
        Allocated(new("Pod", ClusterJson.Default.Pod), frame, other).Should().BeGreaterThan(frame.Length);
    }

    /// <summary>Frames in any order, read by a watch that remembers and by one that does not: both come to the same.</summary>
    [Test]
    public async Task What_comes_of_a_watch_is_what_comes_of_its_frames_one_by_one()
    {
        var seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var project = Verdict.Total<Pod>(new PodProjection("prometheus", false, LabelRules.Standard).Project);
        var unchanged = 0;
        for (var round = 0; round < 200; round++)
        {
            var objects = new OddObjects(random.Next());
            var pods = Enumerable.Range(0, 4).Select(_ => objects.Pod()).ToList();
            var frames = Enumerable.Range(0, 30).Select(i => OneOf(random, pods, i)).ToList();
            var (remembering, forgetful) = (TargetSet.Empty, TargetSet.Empty);
            foreach (var said in await Read([.. frames], LabelSelector.Everything))
            {
                unchanged += said.Extent == WatchExtent.Unchanged ? 1 : 0;
                remembering = Apply(remembering, said);
            }

            foreach (var frame in frames)
                forgetful = Apply(forgetful, (await Read(frame)).Single());
            new FileContent([remembering]).Bytes().Should().Equal(new FileContent([forgetful]).Bytes());
            remembering.Objects.Keys.Should().Equal(forgetful.Objects.Keys);
        }

        unchanged.Should().BeGreaterThan(100);

        TargetSet Apply(TargetSet known, WatchEvent<Pod> said) => said.Object is null ? known : known.Apply(said switch
        {
            { Extent: WatchExtent.Unchanged } => new(ChangeKind.Confirmed, said.Object!.Metadata.Key, null),
            { Type: WatchEventType.Deleted } => new(ChangeKind.Deleted, said.Object!.Metadata.Key, null),
            _ => new(ChangeKind.Applied, said.Object!.Metadata.Key, RenderedTargets.Of(project(said.Object))),
        });
    }

    private static string OneOf(Random random, List<JsonObject> pods, int version)
    {
        var at = random.Next(pods.Count);
        if (random.Next(5) == 0)
            pods[at]["status"]!["podIP"] = $"10.0.0.{random.Next(3)}";
        if (pods[at]["metadata"] is JsonObject metadata)
        {
            metadata["name"] = $"p{at}";
            metadata["resourceVersion"] = $"{version}";
        }

        return new JsonObject { ["type"] = random.Next(6) == 0 ? "DELETED" : "MODIFIED", ["object"] = pods[at].DeepClone() }.ToJsonString();
    }

    private static long Allocated(KubernetesFormat<Pod> format, string one, string other)
    {
        const int frames = 2_000;
        var body = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(one + other, frames / 2))));
        var events = format.ReadWatchAsync(body, CancellationToken.None).GetAsyncEnumerator();
        for (var i = 0; i < frames / 2; i++)
            Next(events);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = frames / 2; i < frames; i++)
            Next(events);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (frames / 2);

        static void Next(IAsyncEnumerator<WatchEvent<Pod>> events)
        {
            var next = events.MoveNextAsync();
            if (!next.IsCompletedSuccessfully || !next.Result)
                throw new AssertionException("there is another frame");
        }
    }

    private static string Frame(string type, string name, string version, string labels = Labels, string ip = "10.0.0.1") =>
        $$"""{"type":"{{type}}","object":{"kind":"Pod","metadata":{"name":"{{name}}","namespace":"x","resourceVersion":"{{version}}","labels":{{labels}} },"status":{"phase":"Running","podIP":"{{ip}}"} } }""";

    private static Task<List<WatchEvent<Pod>>> Read(params string[] frames) => Read(frames, LabelSelector.Everything);

    private static async Task<List<WatchEvent<Pod>>> Read(string[] frames, LabelSelector selector)
    {
        var format = new KubernetesFormat<Pod>("Pod", ClusterJson.Default.Pod, selector);
        var events = new List<WatchEvent<Pod>>();
        await foreach (var said in format.ReadWatchAsync(new SlowStream(Encoding.UTF8.GetBytes(string.Concat(frames)), int.MaxValue), CancellationToken.None))
            events.Add(said);
        return events;
    }
}

using System.Text;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>One object of Kubernetes with a value of a type that it never has, among others.</summary>
internal sealed class UndecodableTests
{
    private static readonly KubernetesFormat<Pod> Format = new("Pod", ClusterJson.Default.Pod);

    private static IEnumerable<TestCaseData> Misfortunes()
    {
        yield return Case("a port that is a text", """{"spec":{"containers":[{"ports":[{"containerPort":"2112"}]}]},"metadata":{"name":"a","namespace":"n"}}""", "spec.containers[0].ports[0].containerPort");
        foreach (var number in (string[])["1e99", "99999999999", "1.5", "true", "{}", "null"])
            yield return Case($"a port that is {number}", $$$"""{"metadata":{"name":"a","namespace":"n"},"spec":{"containers":[{"ports":[{"containerPort":{{{number}}}}]}]}}""", "containerPort");
        yield return Case("an exit code", """{"metadata":{"name":"a","namespace":"n"},"status":{"containerStatuses":[{"state":{"terminated":{"exitCode":1e99}}}]}}""", "exitCode");
        yield return Case("labels", """{"metadata":{"name":"a","namespace":"n","labels":[]}}""", "metadata.labels");
        yield return Case("half of a surrogate pair", """{"metadata":{"namespace":"n","name":"a"},"status":{"phase":"\ud800"}}""", "status.phase");
        yield return Case("a version without measure", """{"metadata":{"name":"a","namespace":"n","resourceVersion":"VERY"}}""".Replace("VERY", new string('1', 1025)), "metadata.resourceVersion");
        yield return Case("containers that are a text", """{"metadata":{"name":"a","namespace":"n"},"spec":{"containers":"x"}}""", "spec.containers");

        var deep = new string('[', 1_000_000) + new string(']', 1_000_000);
        yield return Case("conditions a million deep", """{"metadata":{"name":"a","namespace":"n"},"status":{"conditions":DEEP}}""".Replace("DEEP", deep), "status.conditions");
        yield return Case("a spec a million deep", """{"metadata":{"name":"a","namespace":"n"},"spec":DEEP}""".Replace("DEEP", deep), "spec");

        static TestCaseData Case(string name, string item, string path) => new TestCaseData(item, path).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Misfortunes))]
    public async Task It_is_told_by_its_name_and_what_is_wrong_with_it_and_the_others_as_ever(string item, string path)
    {
        var parts = await List($$$"""{"metadata":{"name":"before"}},{{{item}}},{"metadata":{"name":"after"}}""");
        parts.Select(part => part.Item?.Metadata.Name).Should().Equal("before", "a", "after", null);
        parts[1].Item!.Metadata.Key.Should().Be(new ObjectKey("n", "a"));
        parts[1].Item!.Undecodable.Should().Contain(path);
        parts[^1].End!.Skipped.Should().Be(0);
        foreach (var type in (string[])["ADDED", "MODIFIED", "DELETED"])
        {
            var said = (await Watch($$$"""{"type":"{{{type}}}","object":{{{item}}}}""")).Single();
            (said.Name, said.Object!.Metadata.Key, said.Object.Undecodable).Should().Be((type, new ObjectKey("n", "a"), parts[1].Item!.Undecodable));
        }

        new PodProjection("prometheus", false, LabelRules.Standard).Project(parts[0].Item!).Should().BeOfType<Verdict.NotTarget>();
        Verdict.Total<Pod>(_ => throw new InvalidOperationException("it is judged"))(parts[1].Item!)
            .Should().Be(new Verdict.NotTarget(Reason.ObjectUnreadable, parts[1].Item!.Undecodable!));
    }

    [TestCase(80)]
    [TestCase(100_000)]
    public async Task However_deep_an_object_is_nested_in_what_is_not_read_it_is_an_object_like_any_other(int depth)
    {
        var item = """{"metadata":{"name":"deep"},"x":""" + new string('[', depth) + new string(']', depth) + "}";
        var parts = await List("""{"metadata":{"name":"before"}},""" + item + """,{"metadata":{"name":"after"}}""");
        parts.Select(part => part.Item?.Metadata.Name).Should().Equal("before", "deep", "after", null);
        parts[1].Item!.Undecodable.Should().BeNull();
        (await Watch("""{"type":"ADDED","object":""" + item + "}")).Single().Object!.Metadata.Name.Should().Be("deep");
    }

    [TestCase("null")]
    [TestCase("5")]
    [TestCase("{}")]
    [TestCase("""{"metadata":null}""")]
    [TestCase("""{"metadata":{}}""")]
    [TestCase("""{"metadata":{"name":""}}""")]
    [TestCase("""{"metadata":{"name":5}}""")]
    [TestCase("""{"metadata":{"name":"\udc00"}}""")]
    [TestCase("""{"metadata":{"name":"a","namespace":7}}""")]
    [TestCase("""{"metadata":{"name":"LONG"}}""")]
    [TestCase("""{"metadata":{"name":"LONG"},"spec":5}""")]
    [TestCase("""{"metadata":{"name":"a","namespace":"LONG"}}""")]
    public async Task Without_a_name_that_could_be_kept_it_is_counted_in_a_list_and_passed_over_in_a_watch(string item)
    {
        item = item.Replace("LONG", new string('a', 254));
        var parts = await List($$$"""{{{item}}},{"metadata":{"name":"after"}}""");
        parts.Select(part => part.Item?.Metadata.Name).Should().Equal("after", null);
        parts[^1].End!.Skipped.Should().Be(1);
        if (!item.StartsWith('{'))
            return;
        var said = (await Watch($$$"""{"type":"ADDED","object":{{{item}}}}""")).Single();
        said.Type.Should().Be(WatchEventType.Unknown);
        await FluentActions.Awaiting(() => Watch($$$"""{"type":"DELETED","object":{{{item}}}}""")).Should().ThrowAsync<System.Text.Json.JsonException>();
    }

    [Test]
    public async Task The_longest_names_are_kept()
    {
        var parts = await List($$$"""{"metadata":{"name":"{{{new string('a', 253)}}}","namespace":"{{{new string('b', 63)}}}"}}""");
        parts.Should().HaveCount(2);
    }

    [Test]
    public async Task A_name_that_is_no_UTF8_is_none()
    {
        byte[] item = [.. "{\"metadata\":{\"name\":\"a"u8, 0xc3, 0x28, .. "\"}}"u8];
        var parts = await List([.. item, .. """,{"metadata":{"name":"after"}}"""u8]);
        parts.Select(part => part.Item?.Metadata.Name).Should().Equal("after", null);
    }

    [Test]
    public async Task What_is_no_JSON_is_a_fault_wherever_it_is_read()
    {
        foreach (var item in (string[])["{nil}", """{"metadata":{"name":"a","labels":{"x":"y"]}}""", "{\"metadata\":{\"name\":\"\n\"}}", "{\"a\":[}", "{\"a\":}"])
            await FluentActions.Awaiting(() => List(item)).Should().ThrowAsync<System.Text.Json.JsonException>();
    }

    [TestCase("continue", 16 * 1024 + 1)]
    [TestCase("resourceVersion", 1025)]
    public async Task What_cannot_be_asked_for_again_is_a_fault(string name, int length) => await FluentActions.Awaiting(
        () => Read($$$"""{"kind":"PodList","metadata":{"{{{name}}}":"{{{new string('1', length)}}}"},"items":[]}""")).Should().ThrowAsync<System.Text.Json.JsonException>();

    [Test]
    public async Task A_list_of_nothing_else_is_a_fault()
    {
        var api = new ScriptedApi().Sized(0, "token").Skipping(2);
        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in new PagedList<Node>(api, new ListQuery("0", 500, null), Limits.Default, TimeProvider.System).ReadAsync(CancellationToken.None))
            {
            }
        }).Should().ThrowAsync<System.Text.Json.JsonException>().WithMessage("None of the 2 objects of the list can be read.");
    }

    [Test]
    public void It_keeps_the_targets_that_it_had()
    {
        var a = new ObjectKey("n", "a");
        var target = RenderedTargets.Of(new Verdict.Target([new TargetGroup("10.0.0.1:1", [])], []));
        var unreadable = RenderedTargets.Of(new Verdict.NotTarget(Reason.ObjectUnreadable, "x"));
        var known = Contents.Listed([]).Apply(new(ChangeKind.Applied, a, target));
        var before = new FileContent([known]).Text();
        foreach (var after in (TargetSet[])
        [
            known.Apply(new(ChangeKind.Applied, a, unreadable)),
            known.Apply(new(ChangeKind.Applied, a, unreadable)).Apply(new(ChangeKind.Applied, a, unreadable)),
            known.Apply(Change<RenderedTargets>.ListBegan).Apply(new(ChangeKind.Listed, a, unreadable)).Apply(Change<RenderedTargets>.ListEnded),
        ])
        {
            var content = new FileContent([after]);
            content.Text().Should().Be(before);
            content.Verdicts.Targets.Should().Be(1);
            content.Remarks.Should().ContainSingle().Which.Remark.Kind.Should().Be(RemarkKind.ObjectUnreadable);
            new FileContent([after.Apply(new(ChangeKind.Applied, a, target))]).Remarks.Should().BeEmpty();
            new FileContent([after.Apply(new(ChangeKind.Deleted, a, null))]).Text().Should().Be("[]\n");
        }

        new FileContent([Contents.Listed([]).Apply(new(ChangeKind.Applied, a, unreadable))]).Verdicts.Of(Reason.ObjectUnreadable).Should().Be(1);
    }

    private static Task<List<ListPart<Pod>>> List(string items) => List(Encoding.UTF8.GetBytes(items));

    private static Task<List<ListPart<Pod>>> List(byte[] items) =>
        Read([.. """{"kind":"PodList","metadata":{},"items":["""u8, .. items, .. "]}"u8]);

    private static Task<List<ListPart<Pod>>> Read(string body) => Read(Encoding.UTF8.GetBytes(body));

    private static async Task<List<ListPart<Pod>>> Read(byte[] body)
    {
        var parts = new List<ListPart<Pod>>();
        await foreach (var part in Format.ReadListAsync(new MemoryStream(body), CancellationToken.None))
            parts.Add(part);
        return parts;
    }

    private static async Task<List<WatchEvent<Pod>>> Watch(string body)
    {
        var events = new List<WatchEvent<Pod>>();
        await foreach (var said in Format.ReadWatchAsync(new MemoryStream(Encoding.UTF8.GetBytes(body)), CancellationToken.None))
            events.Add(said);
        return events;
    }
}

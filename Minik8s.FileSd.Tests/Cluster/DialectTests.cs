using System.Text.Json;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Tolerant;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>
/// <c>Fixtures/dialects</c>: the same cluster in every envelope, and the same node and pod with each fact in every place,
/// as Minik8s API servers tell them.
/// </summary>
internal sealed class DialectTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Fixtures", "dialects");
    private static readonly LabelRules Rules = LabelRules.Standard with { Meta = MetaLabels.Full };

    private static IEnumerable<string> Folders(string folder) =>
        Directory.EnumerateDirectories(Path.Combine(Root, folder)).Select(each => Path.GetFileName(each)!).Order();

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder)).Select(each => Path.GetFileNameWithoutExtension(each)!).Order();

    public static IEnumerable<string> Envelopes => Folders("envelopes");

    public static IEnumerable<string> NodeAliases => Files("aliases/nodes");

    public static IEnumerable<string> PodAliases => Files("aliases/pods");

    public static IEnumerable<string> Ports => Files("ports");

    public static IEnumerable<string> NodesThatAreNoTargets => Files("no-target/nodes");

    public static IEnumerable<string> PodsThatAreNoTargets => Files("no-target/pods");

    [TestCaseSource(nameof(Envelopes))]
    public async Task The_same_cluster_in_any_envelope_gives_the_same_files_as_kubernetes(string envelope)
    {
        (await Nodes($"envelopes/{envelope}/nodes")).Should().Be(await Nodes("kubernetes/nodes", Dialect.Kubernetes)).And.Contain("127.0.0.12:9100");
        (await Pods($"envelopes/{envelope}/pods")).Should().Be(await Pods("kubernetes/pods", Dialect.Kubernetes)).And.Contain("127.0.1.2:2112");
    }

    [TestCaseSource(nameof(NodeAliases))]
    public async Task The_same_node_with_its_facts_anywhere_gives_the_same_file(string alias) =>
        (await Nodes($"aliases/nodes/{alias}")).Should().Be(await Nodes("aliases/nodes/kubernetes")).And.Contain("127.0.0.11:9100");

    [TestCaseSource(nameof(PodAliases))]
    public async Task The_same_pod_with_its_facts_anywhere_gives_the_same_file(string alias) =>
        (await Pods($"aliases/pods/{alias}")).Should().Be(await Pods("aliases/pods/kubernetes")).And.Contain("127.0.1.1:2112");

    [TestCaseSource(nameof(Ports))]
    public async Task A_port_without_a_name_is_chosen_by_a_label_or_a_mark(string how) =>
        JsonElement.Parse(await Pods($"ports/{how}")).EnumerateArray()
            .Select(group => group.GetProperty("targets")[0].GetString()).Should().Equal("127.0.1.1:2112");

    [TestCaseSource(nameof(NodesThatAreNoTargets))]
    public async Task A_node_that_says_it_is_not_well_or_has_no_address_is_no_target(string why) =>
        (await Nodes($"no-target/nodes/{why}")).Trim().Should().Be("[]");

    [TestCaseSource(nameof(PodsThatAreNoTargets))]
    public async Task A_pod_that_does_not_run_or_has_no_address_or_port_is_no_target(string why) =>
        (await Pods($"no-target/pods/{why}")).Trim().Should().Be("[]");

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("""{"items":null}""")]
    [TestCase("""{"data":"null"}""")]
    [TestCase("""{"data":"[]","msg":"ok"}""")]
    [TestCase("{}")]
    [TestCase("""{"error":null,"data":[]}""")]
    [TestCase("""{"error":"","data":[]}""")]
    [TestCase("""{"error":false,"data":[]}""")]
    [TestCase("""{"error":0,"errors":[],"data":[]}""")]
    [TestCase("""{"code":200,"success":true,"data":null}""")]
    public async Task No_list_is_an_empty_one(string body) =>
        (await Parts(body)).Should().ContainSingle().Which.End.Should().NotBeNull();

    [TestCase("")]
    [TestCase("<html>")]
    [TestCase("[")]
    [TestCase("[]]")]
    [TestCase("5")]
    [TestCase("true")]
    [TestCase("\"hello\"")]
    [TestCase("""{"error":"etcdserver: request timed out"}""")]
    [TestCase("""{"error":"boom","data":[]}""")]
    [TestCase("""{"kind":"Status","status":"Failure","message":"no"}""")]
    [TestCase("""{"kind":"Pod","metadata":{"name":"a"}}""")]
    [TestCase("""{"items":{"a":1}}""")]
    [TestCase("[1,2]")]
    [TestCase("""[{"metadata":{}}]""")]
    [TestCase("""{"data":"<html>"}""")]
    [TestCase("""{"a":1,"A":2}""")]
    [TestCase("""{"code":500,"msg":"etcdserver: request timed out","data":null}""")]
    [TestCase("""{"status":"503","items":[]}""")]
    [TestCase("""{"success":false,"message":"etcd down","items":null}""")]
    [TestCase("""{"err":"down","data":[]}""")]
    [TestCase("""{"errors":[{"message":"down"}],"data":null}""")]
    [TestCase("""{"metadata":{"name":"x"}}""")]
    public async Task What_is_no_list_is_a_fault(string body) =>
        await FluentActions.Awaiting(() => Parts(body)).Should().ThrowAsync<JsonException>();

    [TestCase("""{"spec":{}}""")]
    [TestCase("7")]
    [TestCase("null")]
    [TestCase("\"{cut off\"")]
    [TestCase("""{"key":"/x","value":"no json"}""")]
    [TestCase("""{"metadata":{"name":"b","name":"c"}}""")]
    [TestCase("""{"metadata":{"name":"\ud800"}}""")]
    public async Task An_object_that_cannot_be_read_is_skipped_and_counted(string broken)
    {
        var parts = await Parts("""[{"metadata":{"name":"a"}},BROKEN]""".Replace("BROKEN", broken));
        parts.Select(part => part.Item?.Metadata.Name).Should().Equal("a", null);
        parts[^1].End!.Skipped.Should().Be(1);
    }

    [TestCase("[", "]")]
    [TestCase("{\"value\":", "}")]
    [TestCase("{\"containers\":[", "]}")]
    public async Task An_object_that_is_nested_without_measure_is_skipped_and_a_whole_answer_that_is_refused(string open, string close)
    {
        const int depth = 400_000;
        var deep = """{"metadata":{"name":"b"},"x":""" + string.Concat(Enumerable.Repeat(open, depth)) + "0" + string.Concat(Enumerable.Repeat(close, depth)) + "}";
        var parts = await Parts("""[{"metadata":{"name":"a"}},""" + deep + "]");
        parts.Select(part => part.Item?.Metadata.Name).Should().Equal("a", null);
        parts[^1].End!.Skipped.Should().Be(1);
        await FluentActions.Awaiting(() => Parts("""{"items":[""" + deep + "]}")).Should().ThrowAsync<JsonException>().WithMessage("*nested deeper than 128*");
    }

    [Test]
    public async Task An_answer_of_more_values_than_a_tree_of_them_has_room_for_is_refused() =>
        await FluentActions.Awaiting(() => Parts("""{"items":[""" + string.Concat(Enumerable.Repeat("0,", 2_000_000)) + "0]}")).Should()
            .ThrowAsync<JsonException>().WithMessage("*2000000 are the most*");

    [Test]
    public async Task Answers_within_answers_without_end_are_no_list() =>
        await FluentActions.Awaiting(() => Parts(string.Concat(Enumerable.Repeat("{\"data\":", 50_000)) + "[]" + new string('}', 50_000)))
            .Should().ThrowAsync<JsonException>();

    [Test]
    public async Task An_entry_of_a_map_that_cannot_be_read_is_skipped_and_counted()
    {
        var parts = await Parts("""{"/r/a":{"metadata":{"name":"a"}},"/r/b":{"x":1},"/r/c":null,"/r/A":{"name":"A"}}""");
        parts.Select(part => part.Item?.Metadata.Name).Should().Equal("a", "A", null);
        parts[^1].End!.Skipped.Should().Be(2);
    }

    [Test]
    public async Task Labels_may_differ_in_case_alone() =>
        (await Parts("""[{"metadata":{"name":"a","labels":{"log":"prometheus","Log":"x"}}}]"""))[0].Item!.Metadata.Labels
            .Should().Equal(new Dictionary<string, string> { ["log"] = "prometheus", ["Log"] = "x" });

    [TestCase("""[{"name":"a"}]""", "{}")]
    [TestCase("""{"items":[{"name":"a"}]}""", "{}")]
    [TestCase("""{"msg":"ok","data":[{"name":"a"}]}""", "{}")]
    [TestCase("""{"data":[{"name":"a"}]}""", """{"data":{}}""")]
    public async Task An_empty_object_is_no_list_where_lists_are_no_maps(string before, string empty)
    {
        var format = new Minik8sFormat<Pod>(item => Objects.Pod(item, "default"), null);
        await Parts(before, format);
        await FluentActions.Awaiting(() => Parts(empty, format)).Should().ThrowAsync<JsonException>();
        await Parts("null", format);
    }

    [Test]
    public async Task An_empty_object_is_a_list_where_lists_are_maps()
    {
        var format = new Minik8sFormat<Pod>(item => Objects.Pod(item, "default"), null);
        await Parts("""{"/r/a":{"name":"a"}}""", format);
        (await Parts("{}", format)).Should().ContainSingle();
    }

    [Test]
    public async Task While_the_dialect_is_looked_for_a_list_of_kubernetes_is_left_to_kubernetes()
    {
        var format = new Minik8sFormat<Pod>(item => Objects.Pod(item, "default"), "PodList");
        await FluentActions.Awaiting(() => Parts("""{"kind":"PodList","items":[]}""", format)).Should().ThrowAsync<JsonException>();
        (await Parts("""{"items":[]}""", format)).Should().ContainSingle();
    }

    [Test]
    public async Task Watch_frames_are_read_in_any_case_and_with_any_object()
    {
        var events = new List<string>();
        const string frames = """{"Type":"added","Object":{"Metadata":{"Name":"a"}}}{"type":"DELETED","object":"{\"name\":\"b\"}"}{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}{"type":"RENAMED","object":{}}""";
        await foreach (var said in new Minik8sFormat<Pod>(item => Objects.Pod(item, "default"), null).ReadWatchAsync(Stream(frames), CancellationToken.None))
            events.Add($"{said.Type} {said.Object?.Metadata.Name}{said.Object?.Metadata.ResourceVersion}");
        events.Should().Equal("Added a", "Deleted b", "Bookmark 9", "Unknown ");
    }

    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("""{"items":[]}""")]
    [TestCase("""{"event":"add","pod":{}}""")]
    public async Task A_watch_that_is_answered_by_something_else_is_refused(string body) =>
        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in new Minik8sFormat<Pod>(item => Objects.Pod(item, "default"), null).ReadWatchAsync(Stream(body), CancellationToken.None))
            {
            }
        }).Should().ThrowAsync<WatchRefusedException>();

    private static Task<string> Nodes(string file, Dialect dialect = Dialect.Minik8s) =>
        Text(file, new Resources(dialect).Nodes(LabelSelector.Everything)[0], new NodeProjection(9100, null, Rules).Project);

    private static Task<string> Pods(string file, Dialect dialect = Dialect.Minik8s) =>
        Text(file, new Resources(dialect).Pods(LabelSelector.Parse("log=prometheus"), "")[0], new PodProjection("prometheus", false, Rules).Project);

    /// <summary>What the target file says of the list in a file.</summary>
    private static async Task<string> Text<T>(string file, Resource<T> resource, Func<T, Verdict> project)
        where T : class, IResource
    {
        await using var body = File.OpenRead(Path.Combine(Root, $"{file}.json"));
        var objects = new List<(ObjectKey, Verdict)>();
        await foreach (var part in resource.Format.ReadListAsync(body, CancellationToken.None))
        {
            if (part.Item is { } item && resource.Selector.Matches(item.Metadata.Labels))
                objects.Add((item.Metadata.Key, project(item)));
        }

        return new FileContent([Contents.Listed(objects)]).Text();
    }

    private static MemoryStream Stream(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task<List<ListPart<Pod>>> Parts(string body, IWireFormat<Pod>? format = null)
    {
        var parts = new List<ListPart<Pod>>();
        await foreach (var part in (format ?? new Minik8sFormat<Pod>(item => Objects.Pod(item, "default"), null)).ReadListAsync(Stream(body), CancellationToken.None))
            parts.Add(part);
        return parts;
    }
}

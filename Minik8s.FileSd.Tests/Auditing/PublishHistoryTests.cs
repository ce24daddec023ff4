using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Auditing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Tests.Samples;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Auditing;

/// <summary>What is remembered of publishes, and what the audit trail says of them.</summary>
internal sealed class PublishHistoryTests
{
    private static readonly Cause SomeCause = new(CauseKind.Change, "Pod", new ObjectKey("ns", "a"), "7", 2);

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly RecordedLog _log = new();
    private AuditTrail _trail = null!;
    private PublishHistory _history = null!;

    [SetUp]
    public void Begin()
    {
        _trail = new AuditTrail(_folder["audit.jsonl"], new AuditFile(_folder["audit.jsonl"], 1 << 20).Append, _log, new DaemonMetrics("test").Audit);
        _history = new PublishHistory("pods.json", _trail, _time, _log);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task A_line_says_the_cause_what_has_changed_and_by_what_the_file_is_known()
    {
        Publish(Content(("a", 1, "x"), ("b", 2, "x"), ("c", 3, "x")));
        _time.Advance(TimeSpan.FromMilliseconds(1500));
        var content = Content(("a", 1, "y"), ("b", 4, "x"), ("c", 3, "x"));
        Publish(content);
        var lines = await Lines();
        lines.Should().HaveCount(2);
        lines[1].Should().Be(
            Json("{'time':'1970-01-01T00:00:01.500Z','file':'pods.json',"
            + "'cause':{'kind':'change','objectKind':'Pod','object':'ns/a','resourceVersion':'7','others':2},"
            + "'added':[{'object':'ns/b','target':'10.0.0.4:1'}],'removed':[{'object':'ns/b','target':'10.0.0.2:1'}],"
            + "'relabelled':[{'object':'ns/a','target':'10.0.0.1:1','labels':['label']}],"
            + $"'targets':3,'bytes':{content.Bytes().Length},'sha256':'{Convert.ToHexStringLower(SHA256.HashData(content.Bytes()))}'}}"));
    }

    [Test]
    public async Task Every_key_of_a_line_stands_in_the_documentation_and_no_other_does()
    {
        Publish(Content(("a", 1, "x")));
        var line = JsonDocument.Parse((await Lines()).Single()).RootElement;
        var keys = line.EnumerateObject().SelectMany(key => key.Value.ValueKind == JsonValueKind.Object
            ? key.Value.EnumerateObject().Select(inner => $"{key.Name}.{inner.Name}") : [key.Name]);
        (await File.ReadAllLinesAsync(SampleFiles.Sample("../docs/audit.md"))).Where(row => row.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(row => row.Split('|')[1].Split(',', StringSplitOptions.TrimEntries)).Select(key => key.Trim('`')).Should().Equal(keys);
    }

    [Test]
    public async Task The_first_publish_is_told_apart_from_what_an_earlier_run_has_left()
    {
        File.WriteAllBytes(_folder["pods.json"], Content(("a", 1, "x"), ("b", 2, "x")).Bytes());
        _history.Found(FoundTargets.Read(_folder["pods.json"]));
        _history.Found([]);
        Publish(Content(("a", 1, "x"), ("c", 3, "x")));
        var line = JsonDocument.Parse((await Lines()).Single()).RootElement;
        line.GetProperty("added").EnumerateArray().Select(each => each.GetProperty("object").GetString()).Should().Equal("ns/c");
        line.GetProperty("removed").EnumerateArray().Select(each => each.GetProperty("object").GetString()).Should().Equal("ns/b");
        line.GetProperty("relabelled").GetArrayLength().Should().Be(0);
    }

    [Test]
    public async Task A_publish_that_wrote_nothing_has_no_line_and_is_what_the_next_one_is_told_apart_from()
    {
        _history.Published(Content(("a", 1, "x")), new Publication(false, 1, 80), SomeCause);
        Publish(Content(("a", 1, "x"), ("b", 2, "x")));
        var line = JsonDocument.Parse((await Lines()).Single()).RootElement;
        line.GetProperty("added").EnumerateArray().Select(each => each.GetProperty("object").GetString()).Should().Equal("ns/b");
    }

    [Test]
    public async Task A_repair_names_no_object_and_changes_nothing()
    {
        var content = Content(("a", 1, "x"));
        Publish(content);
        _history.Published(content, new Publication(true, 1, 80), new Cause(CauseKind.Repair, "Pod", null, null, 0));
        (await Lines())[1].Should().Contain(
            Json("'cause':{'kind':'repair','objectKind':'Pod','object':null,'resourceVersion':null,'others':0},'added':[],'removed':[],'relabelled':[],"));
    }

    [Test]
    public async Task Hostile_names_are_data_of_one_line_in_plain_ASCII()
    {
        const string name = "x\n\u2028\u202e\u0007\"é";
        Publish(Content((name, 1, "x")));
        var text = await File.ReadAllTextAsync(await Written());
        text.Should().MatchRegex(@"\A[ -~]+\n\z");
        JsonDocument.Parse(text).RootElement.GetProperty("added")[0].GetProperty("object").GetString().Should().Be($"ns/{name}");
    }

    [Test]
    public async Task The_last_hundred_are_remembered_the_newest_first_with_ten_short_examples_each()
    {
        for (var i = 0; i < 103; i++)
        {
            var count = i % 2 == 0 ? 12 : 0;
            Publish(Content([.. Enumerable.Range(0, count).Select(each => ($"p{each:00}", each, "x"))]));
            await Eventually.Holds(() => _history.Recent is [var newest, ..] && newest.Targets == count && _history.Recent.Count >= Math.Min(i + 1, PublishHistory.MostRemembered), "it is remembered");
        }

        _history.Recent.Should().HaveCount(PublishHistory.MostRemembered);
        _history.Recent[0].Should().BeEquivalentTo(new { Added = 12, Removed = 0, Relabelled = 0, Targets = 12, Cause = SomeCause, At = _time.GetUtcNow() });
        _history.Recent[1].Should().BeEquivalentTo(new { Added = 0, Removed = 12, Targets = 0 });
        _history.Recent[0].Examples.Should().Equal(Enumerable.Range(0, 10).Select(each => $"+10.0.0.{each}:1"));
        _history.Recent[1].Examples[0].Should().Be("-10.0.0.0:1");
    }

    [Test]
    public async Task An_example_is_cut_where_nobody_would_read_on()
    {
        Publish(new([Contents.Listed([(new ObjectKey("ns", "a"), new Verdict.Target([new TargetGroup($"{new string('a', 60)}.{new string('b', 60)}:1", [])], []))])]));
        await _history.EndAsync();
        _history.Recent.Single().Examples.Single().Should().HaveLength(1 + 100 + " … (123 characters)".Length);
    }

    [Test]
    public async Task A_publish_that_cannot_be_compared_is_told_and_the_next_one_is()
    {
        var broken = new RenderedTargets([new RenderedGroup("10.0.0.1:1", [.. "no JSON"u8], [])], null, []);
        Publish(Content(("a", 1, "x")));
        Publish(new([TargetSet.Empty.Apply(new(ChangeKind.Applied, new ObjectKey("ns", "a"), broken))]));
        Publish(new([TargetSet.Empty]));
        (await Lines()).Should().HaveCount(2);
        _log.Events.Should().Equal(604);
    }

    [Test]
    public async Task Without_an_audit_trail_there_is_memory_and_no_file()
    {
        _history = new PublishHistory("pods.json", null, _time, _log);
        Publish(Content(("a", 1, "x")));
        await _history.EndAsync();
        await _trail.EndAsync(Task.CompletedTask, TimeProvider.System);
        _history.Recent.Should().ContainSingle();
        File.Exists(_folder["audit.jsonl"]).Should().BeFalse();
    }

    private void Publish(FileContent content) => _history.Published(content, new Publication(true, content.Count, content.Length), SomeCause);

    private static string Json(string text) => text.Replace('\'', '"');

    private async Task<string> Written()
    {
        await _history.EndAsync();
        await _trail.EndAsync(Task.CompletedTask, TimeProvider.System);
        return _folder["audit.jsonl"];
    }

    private async Task<string[]> Lines() => await File.ReadAllLinesAsync(await Written());

    private static FileContent Content(params (string Name, int Address, string Label)[] pods) => new([Contents.Listed(pods.Select(pod => (
        new ObjectKey("ns", pod.Name),
        (Verdict)new Verdict.Target([new TargetGroup($"10.0.0.{pod.Address}:1", [new("label", pod.Label), new("namespace", "ns"), new("pod", pod.Name)])], []))))]);
}

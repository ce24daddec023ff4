using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Samples;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>
/// Each folder of <c>Golden</c> is a case: <c>input.json</c>, a list as an API server gives it, with <c>settings</c> where
/// they are not the defaults, and beside it what the daemon makes of it: the two target files, and <c>verdicts.txt</c>, what
/// became of each object. <c>MINIK8S_FILESD_GOLDEN=write</c> writes them anew, to be looked at in the diff.
/// </summary>
internal sealed class GoldenTests
{
    private static readonly string Root = Path.GetFullPath(SampleFiles.Sample("../Minik8s.FileSd.Tests/Golden"));
    private static readonly bool Writes = Environment.GetEnvironmentVariable("MINIK8S_FILESD_GOLDEN") == "write";

    public static IEnumerable<string> Cases => Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder)!).Order();

    [TestCaseSource(nameof(Cases))]
    public async Task It_gives_the_files_beside_it(string name)
    {
        var folder = Path.Combine(Root, name);
        var options = await OptionsAsync(Path.Combine(folder, "settings"));
        var items = JsonElement.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "input.json"))).GetProperty("items").EnumerateArray().ToList();
        var verdicts = new StringBuilder();
        var nodes = Listed(Objects(items, "Node", ClusterJson.Default.Node), options.JudgeNode, verdicts);
        var pods = Listed(Objects(items, "Pod", ClusterJson.Default.Pod), options.JudgePod, verdicts);
        var podContent = new FileContent([pods], options.Labels.NodeMetadata || FileContent.NeedsNodes([pods]) ? nodes : null);
        foreach (var (key, remark) in podContent.Remarks.Where(each => each.Remark.Kind == RemarkKind.AddressTaken))
            verdicts.Append($"{key}: {remark.Kind}, {remark.Fact}\n");
        await SameAsync(Path.Combine(folder, "nodes.json"), new FileContent([nodes]).Text());
        await SameAsync(Path.Combine(folder, "pods.json"), podContent.Text());
        await SameAsync(Path.Combine(folder, "verdicts.txt"), verdicts.ToString());
    }

    [Test]
    public async Task Every_reason_and_every_remark_has_a_case()
    {
        var told = string.Concat(await Task.WhenAll(Cases.Select(name => File.ReadAllTextAsync(Path.Combine(Root, name, "verdicts.txt")))));
        var named = Enum.GetNames<Reason>().Concat(Enum.GetNames<RemarkKind>())

            // No JSON is read as an object that cannot be judged, or becomes a group that Prometheus would reject; see
            // Verdict.Total and RenderedTargets.Of.
            .Except([nameof(Reason.ObjectUnreadable), nameof(Reason.GroupInvalid)]);
        named.Where(each => !told.Contains($"{each},")).Should().BeEmpty();
    }

    private static async Task<FileSdOptions> OptionsAsync(string settings)
    {
        var arguments = File.Exists(settings) ? await File.ReadAllLinesAsync(settings) : [];
        using var errors = new StringWriter();
        FileSdOptions? read = null;
        await new CommandLine().RunAsync(arguments, new Dictionary<string, string>(), errors, (options, _) =>
        {
            read = options;
            return Task.FromResult(0);
        });
        errors.ToString().Should().BeEmpty();
        return read!;
    }

    private static IEnumerable<T> Objects<T>(IEnumerable<JsonElement> items, string kind, JsonTypeInfo<T> type) =>
        items.Where(item => item.GetProperty("kind").GetString() == kind).Select(item => item.Deserialize(type)!);

    private static TargetSet Listed<T>(IEnumerable<T> objects, Func<T, Verdict> project, StringBuilder told)
        where T : IResource
    {
        var verdicts = objects.Select(item => (item.Metadata.Key, Verdict: Verdict.Total(project)(item))).ToList();
        foreach (var (key, verdict) in verdicts)
        {
            told.Append($"{key}: {(verdict is Verdict.NotTarget not ? $"{not.Reason}, {not.Fact}" : $"{((Verdict.Target)verdict).Groups.Count} targets")}\n");
            foreach (var remark in verdict is Verdict.Target target ? target.Remarks : [])
                told.Append($"    {remark.Kind}, {remark.Fact}\n");
        }

        return Contents.Listed(verdicts);
    }

    private static async Task SameAsync(string file, string text)
    {
        if (Writes)
            await File.WriteAllTextAsync(file, text);
        (await File.ReadAllTextAsync(file)).Should().Be(text);
    }
}

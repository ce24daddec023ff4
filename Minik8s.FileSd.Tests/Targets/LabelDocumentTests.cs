using System.Text.Json;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Samples;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>docs/labels.md and docs/migration.md against the recording, the code and promtool.</summary>
internal sealed partial class LabelDocumentTests
{
    private static readonly string Labels = File.ReadAllText(SampleFiles.Sample("../docs/labels.md"));
    private static readonly string Migration = File.ReadAllText(SampleFiles.Sample("../docs/migration.md"));

    [Test]
    public void Every_label_that_kubernetes_sd_gave_has_a_row_and_each_row_such_a_label()
    {
        var rows = Row().Matches(Labels).Select(row => row.Groups["name"].Value).ToList();
        var discovered = JsonElement.Parse(Fixture.Bytes("kubernetes_sd/discovered.json")).EnumerateObject()
            .SelectMany(job => job.Value.EnumerateArray()).SelectMany(target => target.EnumerateObject()).Select(label => label.Name)
            .Where(name => name.StartsWith("__meta_", StringComparison.Ordinal)).Distinct().ToList();
        discovered.Where(name => !rows.Exists(row => Fits(row, name))).Should().BeEmpty();
        rows.Where(row => !discovered.Exists(name => Fits(row, name)))
            .Should().BeEquivalentTo(["__meta_kubernetes_node_condition_<type>"], "the recording's Prometheus has it not yet");

        static bool Fits(string row, string name) => row.IndexOf('<') is var open and > 0
            ? name.StartsWith(row[..open], StringComparison.Ordinal)
            : name == row;
    }

    [Test]
    public void Each_reason_and_remark_has_its_meaning()
    {
        Meanings("Why an object is not a target").Should().Equal(Enum.GetValues<Reason>().Select(each => Line(SnakeCase.Of(each), Reasons.Text(each))));
        Meanings("What was left out of a target").Should().Equal(Enum.GetValues<RemarkKind>().Select(each => Line(SnakeCase.Of(each), Reasons.Text(each))));

        static string Line(string name, string text) => $"| `{name}` | {char.ToUpperInvariant(text[0])}{text[1..]}. |";

        static IEnumerable<string> Meanings(string title) => Labels[Labels.IndexOf($"## {title}", StringComparison.Ordinal)..]
            .Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal));
    }

    [Test]
    public async Task The_jobs_of_the_migration_are_valid_and_keep_their_relabelling()
    {
        var blocks = Block().Matches(Migration).Select(block => block.Groups["yaml"].Value).ToList();
        blocks.Should().HaveCount(4);

        // Debian builds Prometheus without kubernetes_sd: of the jobs before, promtool judges the rest.
        foreach (var block in blocks.Select(block => KubernetesSd().Replace(block, "static_configs: []\n")))
        {
            using var folder = new TempFolder();
            Directory.CreateDirectory(folder["targets"]);
            await File.WriteAllTextAsync(folder["targets/nodes.json"], "[]\n");
            await File.WriteAllTextAsync(folder["targets/pods.json"], "[]\n");
            await File.WriteAllTextAsync(folder["prometheus.yml"], block.StartsWith("scrape_configs:", StringComparison.Ordinal) ? block : $"scrape_configs:\n{block}");
            var check = await Executable.RunAsync("promtool", ["check", "config", folder["prometheus.yml"]]);
            check.Code.Should().Be(0, check.Out + check.Error);
        }

        Rules(blocks[1]).Should().Be(Rules(blocks[0]));
        static string Rules(string block) => block[block.IndexOf("relabel_configs:", StringComparison.Ordinal)..];
    }

    [GeneratedRegex(@"^\| `(?<name>__meta_kubernetes_[a-z_<>]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("kubernetes_sd_configs:\n +- role: [a-z]+\n")]
    private static partial Regex KubernetesSd();

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}

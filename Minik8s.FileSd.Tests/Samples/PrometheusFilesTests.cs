using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>Prometheus' own promtool judges the configuration, the rules and what the rules compute.</summary>
internal sealed partial class PrometheusFilesTests
{
    [Test]
    public async Task The_configuration_is_valid() =>
        Accepted(await SampleFiles.PromtoolAsync("check", "config", Path.Combine(SampleFiles.Prometheus, "prometheus.yml")));

    [Test]
    public async Task The_examples_in_its_comments_are_valid_too()
    {
        using var folder = new TempFolder();
        foreach (var rules in SampleFiles.Rules)
            File.Copy(rules, Path.Combine(Directory.CreateDirectory(folder["rules"]).FullName, Path.GetFileName(rules)));
        File.Copy(Path.Combine(SampleFiles.Prometheus, "alertmanagers.yml"), folder["alertmanagers.yml"]);
        var configuration = File.ReadAllText(Path.Combine(SampleFiles.Prometheus, "prometheus.yml"));
        var uncommented = CommentedSetting().Replace(configuration, "    ");
        CommentedSetting().Count(configuration).Should().BeGreaterThan(20);
        uncommented.Should().Contain("\n    relabel_configs:\n").And.Contain("\n    sample_limit: ");
        File.WriteAllText(folder["prometheus.yml"], uncommented);
        Accepted(await SampleFiles.PromtoolAsync("check", "config", folder["prometheus.yml"]));
    }

    [Test]
    public async Task The_rules_are_valid() =>
        Accepted(await SampleFiles.PromtoolAsync(["check", "rules", "--lint=all", "--lint-fatal", .. SampleFiles.Rules]));

    [Test]
    public async Task The_rules_compute_and_fire_as_their_tests_say() =>
        Accepted(await SampleFiles.PromtoolAsync(["test", "rules", .. SampleFiles.RuleTests]));

    [Test]
    public void No_Alertmanager_is_assumed_to_run() =>
        RuleFile.Read<List<object>>(Path.Combine(SampleFiles.Prometheus, "alertmanagers.yml")).Should().BeEmpty();

    private static void Accepted(Finished promtool) => promtool.Code.Should().Be(0, "promtool says:\n{0}{1}", promtool.Out, promtool.Error);

    /// <summary>What is commented out stands where it would stand without the comment sign; remarks stand further right or left.</summary>
    [GeneratedRegex("^    # ", RegexOptions.Multiline)]
    private static partial Regex CommentedSetting();
}

using System.Text.RegularExpressions;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>What promtool does not ask of rules: that a person is told what to do, and that no rule goes untested.</summary>
internal sealed partial class AlertTests
{
    [TestCaseSource(typeof(RuleFile), nameof(RuleFile.Alerts))]
    public void An_alert_says_how_urgent_it_is_what_is_wrong_and_where_to_read_on(object rule)
    {
        var alert = (Rule)rule;
        alert.Labels["severity"].Should().BeOneOf("critical", "warning");
        alert.Annotations["summary"].Should().NotBeNullOrWhiteSpace();
        alert.Annotations["description"].Should().MatchRegex(@"\$value|[0-9]|over a minute", "it tells a value or a time");
        alert.Annotations["runbook"].Should().Be($"docs/runbook.md#{alert.Alert.ToLowerInvariant()}");
    }

    [Test]
    public void The_runbook_has_a_section_for_every_alert_and_for_nothing_else()
    {
        var sections = Section().Split(File.ReadAllText(SampleFiles.Runbook)).Skip(1).Chunk(2).ToDictionary(part => part[0], part => part[1]);
        sections.Keys.Should().BeEquivalentTo(RuleFile.Alerts.Select(alert => alert.Alert));
        sections.Values.Should().OnlyContain(text =>
            text.Contains("**What it means.**") && text.Contains("**Where to look") && text.Contains("hat to do.**"));
    }

    [Test]
    public void The_links_within_the_runbook_lead_somewhere()
    {
        var runbook = File.ReadAllText(SampleFiles.Runbook);
        var headings = Section().Matches(runbook).Select(heading => heading.Groups[1].Value.ToLowerInvariant());
        InnerLink().Matches(runbook).Select(link => link.Groups[1].Value).Should().BeSubsetOf(headings);
    }

    [TestCaseSource(typeof(RuleFile), nameof(RuleFile.Alerts))]
    public void An_alert_is_tested_to_fire_and_not_to_fire(object rule)
    {
        var cases = RuleTestFile.All.SelectMany(test => test.AlertRuleTest).Where(test => test.Alertname == ((Rule)rule).Alert).ToList();
        cases.Should().Contain(test => test.ExpAlerts.Count > 0, "it has to be seen firing");
        cases.Should().Contain(test => test.ExpAlerts.Count == 0, "it has to be seen quiet");
    }

    [TestCaseSource(typeof(RuleFile), nameof(RuleFile.Recordings))]
    public void A_recording_rule_is_tested_by_a_value(object rule) =>
        RuleTestFile.All.SelectMany(test => test.PromqlExprTest)
            .Should().Contain(test => test.Expr.Contains(((Rule)rule).Record) && test.ExpSamples.Count > 0);

    [Test]
    public void Names_are_given_once() => RuleFile.All.Select(rule => rule.ToString()).Should().OnlyHaveUniqueItems();

    [GeneratedRegex("^## (.+)\n", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex(@"\]\(#([^)]+)\)")]
    private static partial Regex InnerLink();
}

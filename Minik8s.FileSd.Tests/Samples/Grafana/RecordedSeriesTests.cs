using System.Text.RegularExpressions;
using Minik8s.Sandbox.Grafana;

namespace Minik8s.FileSd.Tests.Samples.Grafana;

/// <summary>What is computed once is drawn from there; what is not leaves out the same devices and file systems.</summary>
internal sealed partial class RecordedSeriesTests
{
    private static readonly string[] Families = ["network", "filesystem", "disk"];

    private static IReadOnlyList<(string Where, string Expression)> Drawn { get; } =
    [
        .. from dashboard in DashboardFile.All
           from panel in dashboard.Panels
           from target in panel.Targets
           select ($"{dashboard} {panel} {target.RefId}", target.Expression),
    ];

    [TestCaseSource(typeof(RuleFile), nameof(RuleFile.Recordings))]
    public void A_recorded_series_is_drawn_or_alerted_on(object rule) =>
        Drawn.Select(drawn => drawn.Expression).Concat(RuleFile.Alerts.Select(alert => alert.Expr)).SelectMany(RecordedIn)
            .Should().Contain(((Rule)rule).Record);

    [Test]
    public void A_recorded_series_that_is_drawn_exists() =>
        Drawn.SelectMany(drawn => RecordedIn(drawn.Expression)).Should().BeSubsetOf(RuleFile.Recordings.Select(rule => rule.Record));

    [TestCaseSource(nameof(Families))]
    public void A_panel_leaves_out_the_devices_and_file_systems_that_the_rules_leave_out(string family)
    {
        var drawn = Drawn.SelectMany(drawn => FiltersIn(drawn.Expression, family).Select(filter => (drawn.Where, filter))).ToList();
        drawn.Should().NotBeEmpty();
        foreach (var (where, filter) in drawn)
        {
            filter.Should().Be(FilterOfTheRules(family), $"{where} is about the same as what is recorded");
        }
    }

    [Test]
    public void A_panel_with_a_fixed_window_has_that_of_the_rules()
    {
        var window = RuleFile.Recordings.SelectMany(rule => Window().Matches(rule.Expr)).Select(match => match.Value).Distinct()
            .Should().ContainSingle().Subject;
        var fixedRates = Drawn.Where(drawn => drawn.Expression.Contains("rate(")).SelectMany(drawn => Window().Matches(drawn.Expression));
        fixedRates.Should().OnlyContain(match => match.Value == window);
    }

    /// <summary>
    /// A sum over disks leaves out some more, which would count twice. A panel that asks the metrics themselves does so to
    /// show each disk, and has the filter of the level instance_device.
    /// </summary>
    private static string FilterOfTheRules(string family)
    {
        var levels = RuleFile.Recordings.ToLookup(rule => rule.Record.Split(':')[0], rule => FiltersIn(rule.Expr, family));
        string[] Of(string level) => [.. levels[level].SelectMany(filters => filters).Distinct()];
        var filters = Of("instance_device") is { Length: > 0 } each ? each : Of("instance");
        return filters.Should().ContainSingle($"the rules are of one mind about the {family}").Subject;
    }

    private static IEnumerable<string> RecordedIn(string expression) =>
        Recorded().Matches(Quoted().Replace(expression, "\"\"")).Select(name => name.Value);

    /// <summary>For each metric of a family its conditions, without those that choose the node.</summary>
    private static IEnumerable<string> FiltersIn(string expression, string family) =>
        from Match metric in Metric().Matches(expression)
        where metric.Groups["family"].Value == family
        select string.Join(", ", Condition().Matches(metric.Groups["conditions"].Value).Select(condition => condition.Value)
            .Where(condition => !condition.StartsWith("job=", StringComparison.Ordinal)
                && !condition.StartsWith("instance=", StringComparison.Ordinal)));

    [GeneratedRegex(@"(?<![\w:])[a-z]\w*:[\w:]+")]
    private static partial Regex Recorded();

    [GeneratedRegex(@"(?<![\w:])node_(?<family>network|filesystem|disk)_\w+(?:\{(?<conditions>(?:[^""}]|""[^""]*"")*)\})?")]
    private static partial Regex Metric();

    [GeneratedRegex(@"\w+\s*(?:=~|!~|!=|=)\s*""[^""]*""")]
    private static partial Regex Condition();

    [GeneratedRegex(@"\[[0-9]\w*\]")]
    private static partial Regex Window();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minik8s.Sandbox.Grafana;

namespace Minik8s.FileSd.Tests.Samples.Grafana;

/// <summary>What Grafana would take without a word, and a person would trip over.</summary>
[TestFixtureSource(nameof(Dashboards))]
internal sealed partial class DashboardTests(DashboardFile dashboard)
{
    private const int Columns = 24;
    private const string DataSource = "${datasource}";

    private static IReadOnlyList<DashboardFile> Dashboards => DashboardFile.All;

    [Test]
    public void It_has_a_fixed_uid_of_its_own_and_says_what_it_is()
    {
        Dashboards.Where(other => other.Uid == dashboard.Uid).Should().ContainSingle();
        dashboard.Uid.Should().StartWith("minik8s-").And.Match(uid => uid.Length <= 40, "Grafana takes no longer one");
        dashboard.Json["title"]!.GetValue<string>().Should().NotBeEmpty();
        dashboard.Json["description"]!.GetValue<string>().Should().NotBeEmpty();
        dashboard.Json.ContainsKey("id").Should().BeFalse("the number is Grafana's to give");
    }

    [Test]
    public void It_begins_with_the_recent_past_and_refreshes_itself()
    {
        dashboard.Json["time"]!["to"]!.GetValue<string>().Should().Be("now");
        dashboard.Json["refresh"]!.GetValue<string>().Should().NotBeEmpty();
    }

    [Test]
    public void Panels_have_ids_of_their_own() => dashboard.Everything.Should().OnlyHaveUniqueItems(panel => panel.Id);

    [Test]
    public void Panels_lie_in_the_grid_and_none_on_another()
    {
        var cells = new Dictionary<(int, int), DashboardFile.Panel>();
        foreach (var panel in dashboard.Everything)
        {
            var (x, y, w, h) = (At(panel, "x"), At(panel, "y"), At(panel, "w"), At(panel, "h"));
            (x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= Columns).Should().BeTrue($"{panel} is in the grid");
            foreach (var cell in from column in Enumerable.Range(x, w) from line in Enumerable.Range(y, h) select (column, line))
            {
                cells.TryAdd(cell, panel).Should().BeTrue($"{panel} does not lie on {cells[cell]}");
            }
        }
    }

    [Test]
    public void Every_panel_has_a_title_a_description_and_a_unit()
    {
        dashboard.Everything.Should().OnlyContain(panel => panel.Title != "");
        foreach (var panel in dashboard.Panels)
        {
            Text(panel.Json["description"]).Should().NotBeNullOrEmpty($"{panel} is explained");
            Text(panel.Json["fieldConfig"]!["defaults"]!["unit"]).Should().NotBeNullOrEmpty($"{panel} has a unit");
        }
    }

    [Test]
    public void Every_target_has_an_expression_a_legend_and_a_letter_of_its_own()
    {
        foreach (var panel in dashboard.Panels)
        {
            panel.Targets.Should().NotBeEmpty($"{panel} shows something");
            panel.Targets.Should().OnlyHaveUniqueItems(target => target.RefId);
            panel.Targets.Should().OnlyContain(target => target.Expression != "" && target.Legend != "", $"{panel} is complete");
        }
    }

    [Test]
    public void The_data_source_is_always_the_one_that_was_chosen()
    {
        dashboard.Variables[0].Type.Should().Be("datasource");
        dashboard.Variables[0].Name.Should().Be("datasource");
        dashboard.Panels.Should().OnlyContain(panel => panel.Json["datasource"] != null);
        dashboard.Panels.SelectMany(panel => panel.Targets).Should().OnlyContain(target => target.Json["datasource"] != null);
        DashboardFile.Members(dashboard.Json, "datasource").Select(source => source["uid"]!.GetValue<string>())
            .Should().OnlyContain(uid => uid == DataSource);
    }

    [Test]
    public void Every_variable_is_used_and_every_used_variable_exists()
    {
        var names = dashboard.Variables.Select(variable => variable.Name).ToList();
        var used = DashboardFile.Strings(dashboard.Json).SelectMany(DashboardFile.VariablesIn).ToHashSet();
        used.Should().BeEquivalentTo(names);
        names.Should().OnlyHaveUniqueItems();
    }

    [Test]
    public void A_variable_refers_only_to_those_before_it()
    {
        var before = new List<string>();
        foreach (var variable in dashboard.Variables)
        {
            DashboardFile.VariablesIn(variable.Query).Should().BeSubsetOf(before, $"{variable.Name} is asked for after them");
            before.Add(variable.Name);
        }
    }

    [Test]
    public void A_variable_with_many_values_is_matched_as_a_regular_expression_and_one_with_one_value_is_not()
    {
        var multi = dashboard.Variables.ToDictionary(variable => variable.Name, variable => variable.IsMulti);
        var queries = dashboard.Panels.SelectMany(panel => panel.Targets).Select(target => target.Expression)
            .Concat(dashboard.Variables.Select(variable => variable.Query));
        foreach (Match matcher in queries.SelectMany(query => Matcher().Matches(query)))
        {
            matcher.Groups["operator"].Value.Should().Be(multi[matcher.Groups["name"].Value] ? "=~" : "=", matcher.Value);
        }
    }

    [Test]
    public void Links_lead_to_dashboards_and_variables_that_exist()
    {
        var urls = DashboardFile.Members(dashboard.Json, "url").Select(url => url.GetValue<string>()).ToList();
        urls.Should().NotBeEmpty();
        foreach (var url in urls)
        {
            var uid = url.Split('?')[0];
            uid.Should().StartWith("/d/");
            var to = Dashboards.Should().ContainSingle(other => "/d/" + other.Uid == uid, $"{url} leads somewhere").Subject;
            Passed().Matches(url).Select(match => match.Groups["name"].Value).Except(["__url_time_range"])
                .Should().BeSubsetOf(to.Variables.Select(variable => variable.Name), $"{url} is understood");
        }
    }

    [Test]
    public void It_leads_to_every_other_dashboard() => dashboard.Json["links"]!.AsArray().Select(link => link!["url"]!.GetValue<string>())
        .Should().BeEquivalentTo(Dashboards.Where(other => other != dashboard).Select(other => "/d/" + other.Uid));

    [Test]
    public void Columns_are_named_and_formatted_only_where_there_are_such()
    {
        foreach (var panel in dashboard.Panels)
        {
            var names = panel.Targets.Select(target => target.Legend).ToList();
            if (panel.Json["transformations"]?.AsArray().Single(step => step!["id"]!.GetValue<string>() == "organize") is { } organize)
            {
                var renamed = organize["options"]!["renameByName"]!.AsObject();
                renamed.Where(column => column.Key.StartsWith("Value", StringComparison.Ordinal)).Select(column => column.Key)
                    .Should().Equal(panel.Targets.Select(target => $"Value #{target.RefId}"), $"{panel} names each of its columns");
                renamed.Where(column => column.Key.StartsWith("Value", StringComparison.Ordinal)).Select(column => column.Value!.GetValue<string>())
                    .Should().Equal(names, $"{panel} names them as its targets");
                names.AddRange(renamed.Select(column => column.Value!.GetValue<string>()));
            }

            panel.Json["fieldConfig"]!["overrides"]!.AsArray().Select(rule => rule!["matcher"]!["options"]!.GetValue<string>())
                .Should().BeSubsetOf(names, $"{panel} formats what it shows");
        }
    }

    [Test]
    public void Thresholds_begin_at_the_bottom_and_rise()
    {
        foreach (var steps in DashboardFile.Members(dashboard.Json, "steps").OfType<JsonArray>())
        {
            steps[0]!["value"].Should().BeNull();
            steps.Skip(1).Select(step => step!["value"]!.GetValue<double>()).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        }
    }

    private static string? Text(JsonNode? node) => node?.GetValue<string>();

    private static int At(DashboardFile.Panel panel, string name) => panel.Json["gridPos"]![name]!.GetValue<int>();

    [GeneratedRegex(@"(?<operator>=~|!~|!=|=)""\$(?<name>[a-z]\w*)""")]
    private static partial Regex Matcher();

    /// <summary>A variable that an address hands on: as <c>var-name=</c>, or whole.</summary>
    [GeneratedRegex(@"var-(?<name>\w+)=|\$\{(?<name>\w+):queryparam\}|\$\{(?<name>__url_time_range)\}")]
    private static partial Regex Passed();
}

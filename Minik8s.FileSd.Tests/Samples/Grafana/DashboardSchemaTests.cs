using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Samples.Grafana;

/// <summary>The dashboards against the types that Grafana publishes, by samples/grafana/schema-check.</summary>
internal sealed class DashboardSchemaTests
{
    private static readonly SchemaCheck Check = new("grafana/schema-check");
    private static readonly string Dashboards = Path.Combine(Programs.SamplesFolder, "grafana", "dashboards");

    [Test]
    public async Task Every_dashboard_is_of_the_type_that_Grafana_publishes()
    {
        var files = Directory.GetFiles(Dashboards, "*.json");
        var check = await Check.RunAsync(files);
        check.Error.Should().BeEmpty();
        check.Out.Should().Be($"{files.Length} dashboards, 0 faults\n");
        check.Code.Should().Be(0);
    }

    [Test]
    public async Task A_misspelt_option_is_told_with_its_line()
    {
        using var folder = new TempFolder();
        var lines = await File.ReadAllLinesAsync(Path.Combine(Dashboards, "cluster.json"));
        var wrong = Array.FindIndex(lines, line => line.Contains("\"showPoints\""));
        lines[wrong] = lines[wrong].Replace("\"showPoints\"", "\"showPoint\"");
        await File.WriteAllLinesAsync(folder["wrong.json"], lines);

        var check = await Check.RunAsync(folder["wrong.json"]);
        check.Error.Should().Contain($"wrong.json:{wrong + 1}: ").And.Contain("'\"showPoint\"' does not exist");
        check.Out.Should().Be("1 dashboards, 1 faults\n");
        check.Code.Should().Be(1);
    }
}

using System.Net;
using System.Text.RegularExpressions;
using Minik8s.Sandbox.Grafana;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Samples.Grafana;

internal sealed partial class ProvisioningTests
{
    private static readonly IPEndPoint Address = IPEndPoint.Parse("127.0.0.1:3000");
    private static readonly IPEndPoint Prometheus = IPEndPoint.Parse("127.0.0.1:9090");

    [Test]
    public void Every_file_is_YAML_of_version_1() =>
        Provisioning.Files.Should().HaveCount(2).And.OnlyContain(file => Provisioning.Read(file)["apiVersion"].ToString() == "1");

    [Test]
    public void The_data_source_is_Prometheus_and_the_default()
    {
        Provisioning.DataSource["type"].ToString().Should().Be("prometheus");
        Provisioning.DataSource["uid"].ToString().Should().StartWith("minik8s-");
        Provisioning.DataSource["isDefault"].ToString().Should().Be("true");
    }

    [Test]
    public void The_data_source_has_the_scrape_interval_of_Prometheus()
    {
        var prometheus = Provisioning.Read(Path.Combine(Programs.SamplesFolder, "prometheus", "prometheus.yml"));
        Provisioning.ScrapeInterval.Should().Be(Provisioning.Duration(prometheus["global"]["scrape_interval"]))
            .And.Be(DashboardCheck.ScrapeInterval);
    }

    [Test]
    public void Dashboards_come_from_files_and_are_changed_there() =>
        (Provisioning.Provider["type"].ToString(), Provisioning.Provider["allowUiUpdates"].ToString()).Should().Be(("file", "false"));

    [Test]
    public void Each_variable_of_the_files_is_explained_in_them_and_given_by_the_sandbox()
    {
        var environment = GrafanaServer.Prepare(Address, Prometheus, new GrafanaProgram("grafana", null, null), "run").Environment;
        foreach (var file in Provisioning.Files)
        {
            var text = File.ReadAllText(file);
            Variable().Matches(text).Should().NotBeEmpty();
            foreach (var name in Variable().Matches(text).Select(match => match.Groups[1].Value))
            {
                environment.Should().ContainKey(name);
                text.Should().MatchRegex($"(?m)^#   {name}  ");
            }
        }
    }

    [Test]
    public void An_installed_Grafana_is_told_where_its_own_files_are()
    {
        var start = GrafanaServer.Prepare(
            Address, Prometheus, new GrafanaProgram("/opt/grafana/bin/grafana", "/opt/grafana", "/opt/plugins"), "run");
        start.Arguments.Should().Equal("server", "--homepath=/opt/grafana");
        start.Environment["GF_PATHS_BUNDLED_PLUGINS"].Should().Be("/opt/plugins");
    }

    [Test]
    public void An_old_Grafana_is_a_server_without_being_told() =>
        GrafanaServer.Prepare(Address, Prometheus, new GrafanaProgram("/opt/grafana/bin/grafana-server", "/opt/grafana", null), "run")
            .Arguments.Should().Equal("--homepath=/opt/grafana");

    [GeneratedRegex(@"\$(\w+)")]
    private static partial Regex Variable();
}

using System.Collections;
using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Samples.Grafana;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Grafana;
using YamlDotNet.RepresentationModel;

namespace Minik8s.FileSd.Tests.Samples.Deploy;

/// <summary>The compose file is of the published shape, and what it says fits the other samples and the programs it starts.</summary>
internal sealed partial class ComposeTests
{
    private static readonly SchemaCheck Check = new("deploy/schema-check");
    private static readonly string[] Files = Directory.GetFiles(SampleFiles.Sample("deploy"), "docker-compose*.yaml");
    private static readonly ComposeFile Compose = ComposeFile.Read();
    private static readonly string[] Names = [.. Compose.Services.Keys];
    private static readonly ComposeService Daemon = Compose.Services["minik8s-filesd"];
    private static readonly ComposeService Prometheus = Compose.Services["prometheus"];
    private static readonly ComposeService Grafana = Compose.Services["grafana"];

    [Test]
    public async Task It_is_as_the_Compose_specification_has_it()
    {
        var check = await Check.RunAsync(Files);
        (check.Error, check.Out, check.Code).Should().Be(("", $"{Files.Length} files, 0 faults\n", 0));
    }

    [TestCase("restart: unless-stopped", "restrat: unless-stopped", "\"additionalProperty\":\"restrat\"")]
    [TestCase("pids_limit: 64", "pids_limit: [64]", "/pids_limit must be number")]
    [TestCase("read_only: true", "read_only: 1", "/read_only must be boolean")]
    public async Task What_the_specification_does_not_know_would_be_noticed(string right, string wrong, string told)
    {
        using var folder = new TempFolder();
        var text = await File.ReadAllTextAsync(ComposeFile.Path);
        text.Should().Contain(right);
        await File.WriteAllTextAsync(folder["wrong.yaml"], text.Replace(right, wrong));

        var check = await Check.RunAsync(folder["wrong.yaml"]);
        check.Error.Should().Contain(told);
        check.Code.Should().Be(1);
    }

    [Test]
    public async Task The_example_in_the_readme_is_as_the_specification_has_it()
    {
        using var folder = new TempFolder();
        var example = Example().Match(await File.ReadAllTextAsync(SampleFiles.Sample("deploy/README.md")));
        example.Success.Should().BeTrue();
        await File.WriteAllTextAsync(folder["example.yaml"], example.Groups[1].Value);
        (await Check.RunAsync(folder["example.yaml"])).Should().Be(new Finished(0, "1 files, 0 faults\n", ""));
    }

    [TestCaseSource(nameof(Names))]
    public void A_service_has_no_rights_that_it_does_not_need(string name)
    {
        var service = Compose.Services[name];
        service.User.Should().MatchRegex("^[1-9][0-9]*:[0-9]+$", "it is a user by number and not root");
        service.ReadOnly.Should().BeTrue();
        service.Privileged.Should().BeFalse();
        service.CapAdd.Should().BeEmpty();
        service.CapDrop.Should().Equal("ALL");
        service.SecurityOpt.Should().Equal("no-new-privileges:true");
    }

    [TestCaseSource(nameof(Names))]
    public void A_service_comes_back_by_itself_and_is_of_one_version(string name)
    {
        Compose.Services[name].Restart.Should().Be("unless-stopped");
        Compose.Services[name].Image.Should().MatchRegex(@":v?\d+\.\d+\.\d+$");
    }

    [TestCaseSource(nameof(Names))]
    public void What_is_mounted_exists_and_only_volumes_are_written_to(string name)
    {
        foreach (var mount in Compose.Services[name].Volumes)
        {
            if (mount.Type == "volume")
            {
                Compose.Volumes.Should().ContainKey(mount.Source);
            }
            else
            {
                mount.Type.Should().Be("bind");
                mount.ReadOnly.Should().BeTrue();
                Directory.Exists(OnHost(mount.Source)).Should().BeTrue($"{mount.Source} is a folder of this repository, or the root");
                (mount.Source == "/" || mount.Bind["create_host_path"] == "false").Should().BeTrue("a wrong path must not become an empty folder");
            }
        }
    }

    [Test]
    public void Every_volume_has_one_service_that_writes_to_it() => Compose.Services.Values.SelectMany(service => service.Volumes)
        .Where(mount => mount is { Type: "volume", ReadOnly: false }).Select(mount => mount.Source)
        .Should().BeEquivalentTo(Compose.Volumes.Keys);

    [Test]
    public async Task The_daemon_understands_its_settings_and_is_where_prometheus_yml_expects_it()
    {
        FileSdOptions? options = null;
        using var errors = new StringWriter();
        var environment = new Hashtable(Daemon.Environment.ToDictionary(pair => pair.Key, pair => Default().Replace(pair.Value, "$1")));
        var code = await new CommandLine().RunAsync(Daemon.Command, environment, errors, (read, unknown) =>
        {
            options = read;
            unknown.Should().BeEmpty();
            return Task.FromResult(0);
        });
        (code, errors.ToString()).Should().Be((0, ""));
        options!.TargetsFolder.Should().Be(Daemon.Volumes.Single().Target);
        options.ApiServer.Should().Be(new Uri("http://127.0.0.1:8080/"));
        StaticTargets("minik8s-filesd").Should().Equal($"{options.WebAddress}");
    }

    [Test]
    public void The_daemon_is_built_here_and_of_the_version_of_the_source()
    {
        OnHost(Daemon.Build!.Context).Should().Be(Path.GetFullPath(SampleFiles.Sample("..")));
        Path.Combine(OnHost(Daemon.Build.Context), Daemon.Build.Dockerfile).Should().Be(OnHost("Dockerfile"));
        Daemon.Image.Should().Be($"minik8s/filesd:{typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}");
    }

    [TestCase("""[{"targets":["10.0.0.1:9100"]}]""", 0, "is valid prometheus config file")]
    [TestCase("""[{"targets":"10.0.0.1:9100"}]""", 1, "checking SD file")]
    public async Task Prometheus_finds_its_configuration_and_reads_the_files_that_the_daemon_writes(string content, int code, string told)
    {
        using var root = new TempFolder();
        foreach (var mount in Prometheus.Volumes)
        {
            var place = InContainer(root, mount.Target);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            if (mount.Type == "volume")
                Directory.CreateDirectory(place);
            else
                (await Executable.RunAsync("cp", ["--archive", OnHost(mount.Source), place])).Should().Be(new Finished(0, "", ""));
        }

        var targets = InContainer(root, Prometheus.Volumes.Single(mount => mount.Source == Daemon.Volumes.Single().Source).Target);
        foreach (var name in new[] { "nodes.json", "pods.json" })
            await File.WriteAllTextAsync(Path.Combine(targets, name), content);

        var promtool = await SampleFiles.PromtoolAsync("check", "config", InContainer(root, Prometheus.Flag("--config.file")));
        (promtool.Out + promtool.Error).Should().Contain(told);
        promtool.Code.Should().Be(code);
    }

    [Test]
    public void The_targets_belong_to_the_daemon_because_its_container_is_the_first_to_mount_them()
    {
        Prometheus.DependsOn.Should().Contain("minik8s-filesd");
        Prometheus.Volumes.Single(mount => mount.Source == "targets").Volume["nocopy"].Should().Be("true");
    }

    [Test]
    public void All_are_in_one_network_in_which_Prometheus_finds_itself()
    {
        Compose.Services.Values.Should().OnlyContain(service => service.NetworkMode == "host");
        StaticTargets("prometheus").Should().Equal(Prometheus.Flag("--web.listen-address"));
    }

    [Test]
    public void From_outside_only_the_node_exporter_is_reached()
    {
        var addresses = Compose.Services.Where(service => service.Key != "grafana")
            .ToDictionary(service => service.Key, service => service.Value.Flag("--web.listen-address"));
        addresses["grafana"] = Grafana.Environment["GF_SERVER_HTTP_ADDR"] + ":" + Grafana.Environment["GF_SERVER_HTTP_PORT"];
        addresses.Where(address => !IPEndPoint.TryParse(address.Value, out var at) || !IPAddress.IsLoopback(at.Address))
            .Should().ContainSingle().Which.Should()
            .Be(KeyValuePair.Create("node_exporter", $":{Settings.All.Single(setting => setting.Flag == "--node.port").Default}"));
        addresses.Values.Should().OnlyHaveUniqueItems();

        foreach (var (name, service) in Compose.Services.Where(service => service.Value.Healthcheck is not null))
            new Uri(service.Healthcheck!.Test[^1]).Authority.Should().EndWith(addresses[name], $"{name} is asked where it listens");
        Names.Where(name => Compose.Services[name].Healthcheck is null).Should().Equal("minik8s-filesd");
    }

    [TestCase("prometheus", "prometheus")]
    [TestCase("node_exporter", "prometheus-node-exporter")]
    [TestCase("alertmanager", "prometheus-alertmanager")]
    public async Task A_program_knows_the_flags_that_it_is_given(string name, string program)
    {
        var help = await Executable.RunAsync(program, ["--help"]);
        var known = Flag().Matches(help.Out + help.Error).Select(flag => flag.Groups[1].Value).ToHashSet();
        Compose.Services[name].Command.Select(argument => argument.Split('=')[0].Replace("--no-", "--")[2..]).Should().NotBeEmpty()
            .And.BeSubsetOf(known);
    }

    [TestCase("prometheus", "--storage.tsdb.path")]
    [TestCase("alertmanager", "--storage.path")]
    public void What_is_stored_is_stored_in_a_volume(string name, string flag) =>
        Compose.Services[name].Volumes.Should().ContainSingle(mount => mount.Target == Compose.Services[name].Flag(flag))
            .Which.Should().Match<ComposeMount>(mount => mount.Type == "volume" && !mount.ReadOnly);

    [Test]
    public void Alertmanager_is_asked_for_and_has_its_configuration_and_the_address_that_Prometheus_is_told()
    {
        var alertmanager = Compose.Services["alertmanager"];
        alertmanager.Profiles.Should().Equal("alertmanager");
        Mounted(alertmanager, alertmanager.Flag("--config.file")).Should().Be(SampleFiles.Sample("alertmanager/alertmanager.yml"));
        File.ReadAllText(SampleFiles.Sample("prometheus/alertmanagers.yml"))
            .Should().Contain($"- targets: [\"{alertmanager.Flag("--web.listen-address")}\"]");
    }

    [Test]
    public void Grafana_is_set_as_in_the_sandbox_but_for_its_folders()
    {
        var prometheus = IPEndPoint.Parse(Prometheus.Flag("--web.listen-address"));
        var address = IPEndPoint.Parse("127.0.0.1:3000");
        var sandbox = GrafanaServer.Prepare(address, prometheus, new GrafanaProgram("grafana", null, null), "run").Environment;
        Grafana.Environment.Where(variable => variable.Key != "GRAFANA_DASHBOARDS").Should().BeEquivalentTo(
            sandbox.Where(variable => variable.Key != "GRAFANA_DASHBOARDS" && !variable.Key.StartsWith("GF_PATHS_", StringComparison.Ordinal)));
    }

    [Test]
    public void Grafana_finds_its_data_source_and_dashboards()
    {
        Mounted(Grafana, Grafana.Environment["GRAFANA_DASHBOARDS"]).Should().Be(SampleFiles.Sample("grafana/dashboards"));
        Mounted(Grafana, "/etc/grafana/provisioning").Should().Be(Provisioning.Folder, "that is where the image looks");
    }

    private static IEnumerable<string> StaticTargets(string job)
    {
        var configuration = (YamlMappingNode)Provisioning.Read(Path.Combine(SampleFiles.Prometheus, "prometheus.yml"));
        var jobs = (YamlSequenceNode)configuration["scrape_configs"];
        var targets = (YamlSequenceNode)jobs.Single(node => node["job_name"].ToString() == job)["static_configs"][0]["targets"];
        return targets.Select(target => target.ToString());
    }

    /// <summary>A path of the compose file, which starts from where that is.</summary>
    private static string OnHost(string path) => Path.GetFullPath(Path.Combine(SampleFiles.Sample("deploy"), path));

    private static string InContainer(TempFolder root, string path) => root[path.TrimStart('/')];

    /// <summary>What a service sees at a path, on the host.</summary>
    private static string Mounted(ComposeService service, string path)
    {
        var mount = service.Volumes.Single(volume => volume.Type == "bind" && (path + "/").StartsWith(volume.Target + "/", StringComparison.Ordinal));
        var place = Path.GetFullPath(OnHost(mount.Source) + path[mount.Target.Length..]);
        Path.Exists(place).Should().BeTrue($"{place} is there");
        return place;
    }

    [GeneratedRegex(@"\$\{\w+:-([^}]*)\}")]
    private static partial Regex Default();

    /// <summary>A flag as a program's help writes it, a switch perhaps with the word that switches it off.</summary>
    [GeneratedRegex(@"--(?:\[no-\])?([a-z0-9._-]+)")]
    private static partial Regex Flag();

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Tests.Samples.Grafana;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples.Deploy;

/// <summary>
/// The compose file against the published Compose schema, and against what it mounts. No container engine runs where the tests
/// do: that its images start is not shown here.
/// </summary>
internal sealed partial class ComposeTests
{
    private static readonly string Folder = SampleFiles.Sample("deploy");
    private static readonly string ComposeFile = Path.Combine(Folder, "docker-compose.yaml");
    private static readonly NpmPackages Schema = new(Path.Combine(Folder, "schema-check"));
    private static JsonObject Compose { get; set; } = null!;

    private static IEnumerable<KeyValuePair<string, JsonNode>> Services =>
        Compose["services"]!.AsObject().Select(service => KeyValuePair.Create(service.Key, service.Value!));

    [OneTimeSetUp]
    public static async Task Read() => Compose = JsonNode.Parse((await Schema.CheckAsync(ComposeFile, "--json")).Out)!.AsObject();

    [Test]
    public async Task It_is_as_the_published_schema_wants_it()
    {
        var check = await Schema.CheckAsync(ComposeFile);
        (check.Code, check.Out, check.Error).Should().Be((0, "0 faults\n", ""));
    }

    [Test]
    public async Task A_misspelt_key_is_told()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["wrong.yaml"], (await File.ReadAllTextAsync(ComposeFile)).Replace("depends_on:", "depend_on:"));
        var check = await Schema.CheckAsync(folder["wrong.yaml"]);
        check.Code.Should().Be(1);
        check.Error.Should().Contain("/services/prometheus must NOT have additional properties: depend_on");
    }

    [Test]
    public void The_lock_file_does_not_say_where_packages_come_from() =>
        File.ReadAllText(Schema.LockFile).Should().Contain("\"integrity\"").And.NotContain("\"resolved\"");

    [Test]
    public void What_it_mounts_is_there()
    {
        var volumes = Compose["volumes"]!.AsObject().Select(volume => volume.Key).ToList();
        foreach (var (service, (source, _, _)) in Services.SelectMany(service => Mounts(service.Value).Select(mount => (service.Key, mount))))
        {
            if (source.StartsWith('.') || source.StartsWith('/'))
                Directory.Exists(Path.GetFullPath(source, Folder)).Should().BeTrue($"{service} mounts the folder {source}");
            else
                volumes.Should().Contain(source, $"{service} mounts it");
        }

        var built = Compose["services"]!["filesd"]!["build"]!;
        var context = Path.GetFullPath(Text(built["context"]), Folder);
        File.Exists(Path.Combine(context, Text(built["dockerfile"]))).Should().BeTrue();
    }

    [Test]
    public void Prometheus_finds_the_folder_that_the_daemon_writes_into()
    {
        var written = Mounts(Compose["services"]!["filesd"]!).Single(mount => mount.Source == "targets");
        var read = Mounts(Compose["services"]!["prometheus"]!).Single(mount => mount.Source == "targets");
        var config = Mounts(Compose["services"]!["prometheus"]!).Single(mount => mount.Source == "../prometheus");
        (written.Mode, read.Mode).Should().Be(("", "ro"));

        File.ReadAllText(Path.Combine(Folder, "Dockerfile")).Should().Contain($"MINIK8S_FILESD_TARGETS_DIR={written.Target}");
        var link = new DirectoryInfo(SampleFiles.Sample("prometheus/targets")).LinkTarget!;
        Path.GetFullPath(link, config.Target).Should().Be(read.Target, "the link leads there in the container");
        Text(Compose["services"]!["prometheus"]!["command"]![0]).Should().Be($"--config.file={config.Target}/prometheus.yml");
    }

    [Test]
    public void The_addresses_of_prometheus_yml_are_those_of_the_services()
    {
        var config = File.ReadAllText(SampleFiles.Sample("prometheus/prometheus.yml"));
        Arguments("prometheus").Should().Contain("--web.listen-address=127.0.0.1:9090");
        config.Should().Contain("\"127.0.0.1:9090\"").And.Contain($"\"{Text(Compose["services"]!["filesd"]!["environment"]!["MINIK8S_FILESD_WEB_LISTEN_ADDRESS"])}\"");
        Text(Compose["configs"]!["alertmanagers"]!["content"]).Should().Be("- targets: [\"127.0.0.1:9093\"]\n");
        Arguments("alertmanager").Should().Contain("--web.listen-address=127.0.0.1:9093");
    }

    [Test]
    public void The_dashboards_and_their_variables_are_given_to_Grafana()
    {
        var grafana = Compose["services"]!["grafana"]!;
        foreach (var variable in Provisioning.Files.SelectMany(file => Variable().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value))
            grafana["environment"]![variable].Should().NotBeNull($"{variable} is asked for");
        Mounts(grafana).Should().Contain(("../grafana/dashboards", Text(grafana["environment"]!["GRAFANA_DASHBOARDS"]), "ro"));
    }

    [Test]
    public void Every_service_has_few_rights_and_a_version()
    {
        foreach (var (name, service) in Services)
        {
            service["read_only"]!.GetValue<bool>().Should().BeTrue(name);
            service["cap_drop"]!.AsArray().Select(Text).Should().Equal(["ALL"], name);
            service["security_opt"]!.AsArray().Select(Text).Should().Equal(["no-new-privileges:true"], name);
            Text(service["image"]).Should().MatchRegex(@":v?\d+\.\d+\.\d+$", name);
            (service["privileged"] ?? service["user"]).Should().BeNull($"{name} runs as the user of its image, who is not root");
        }
    }

    [Test]
    public void Every_variable_of_the_daemon_is_a_setting() =>
        Compose["services"]!["filesd"]!["environment"]!.AsObject().Select(variable => variable.Key)
            .Should().BeSubsetOf(Settings.All.Select(setting => setting.Variable));

    private static IEnumerable<(string Source, string Target, string Mode)> Mounts(JsonNode service) =>
        from mount in service["volumes"]?.AsArray() ?? []
        let parts = Text(mount).Split(':')
        select (parts[0], parts[1], parts.ElementAtOrDefault(2) ?? "");

    private static IEnumerable<string> Arguments(string service) => Compose["services"]![service]!["command"]!.AsArray().Select(Text);

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    [GeneratedRegex(@"\$(\w+)")]
    private static partial Regex Variable();
}

using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Samples.Grafana;

/// <summary>The dashboards against the types that Grafana publishes, by samples/grafana/schema-check.</summary>
internal sealed class DashboardSchemaTests
{
    private static readonly string Folder = Path.Combine(Programs.SamplesFolder, "grafana", "schema-check");
    private static readonly string Dashboards = Path.Combine(Programs.SamplesFolder, "grafana", "dashboards");

    /// <summary>It takes seconds. This is for a machine with much else to do, and a slow line to the packages.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>The packages of the lock file; fetched once, and again when it changes.</summary>
    private static readonly Lazy<Task> Packages = new(InstallAsync);

    [Test]
    public async Task Every_dashboard_is_of_the_type_that_Grafana_publishes()
    {
        var files = Directory.GetFiles(Dashboards, "*.json");
        var check = await CheckAsync(files);
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

        var check = await CheckAsync(folder["wrong.json"]);
        check.Error.Should().Contain($"wrong.json:{wrong + 1}: ").And.Contain("'\"showPoint\"' does not exist");
        check.Out.Should().Be("1 dashboards, 1 faults\n");
        check.Code.Should().Be(1);
    }

    [Test]
    public void The_lock_file_says_by_hash_what_the_packages_are_and_not_where_they_come_from() =>
        File.ReadAllText(Path.Combine(Folder, "package-lock.json")).Should().Contain("\"integrity\"").And.NotContain("://");

    private static async Task<Finished> CheckAsync(params string[] files)
    {
        await Packages.Value;
        return await Executable.RunAsync("node", [Path.Combine(Folder, "check.js"), .. files], longest: Longest);
    }

    private static async Task InstallAsync()
    {
        if (Programs.OnPath("node") is null || Programs.OnPath("npm") is null)
        {
            Assert.Fail("node and npm check the dashboards and are not on the PATH. Install with: samples/debian-packages.sh nodejs npm");
        }

        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            var npm = await Executable.RunAsync("npm", ["ci", "--prefix", Folder, "--prefer-offline"], longest: Longest);
            npm.Code.Should().Be(0, $"npm ci says {npm.Error}");
        }
    }
}

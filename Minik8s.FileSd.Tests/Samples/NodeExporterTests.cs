using System.Diagnostics;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.EndToEnd;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>What makes a machine a node: the script is run, into a folder instead of the system, and the unit is judged by systemd.</summary>
internal sealed partial class NodeExporterTests
{
    private static readonly string Script = SampleFiles.Sample("node_exporter/install.sh");
    private static readonly SystemdUnit Unit = new(SampleFiles.Sample("node_exporter/node_exporter.service"));
    private static readonly string Exporter = Programs.OnPath("prometheus-node-exporter", "node_exporter")
        ?? throw new AssertionException("node_exporter is not on the PATH. Install it with: samples/debian-packages.sh prometheus-node-exporter");

    private readonly TempFolder _folder = new();

    private string Root => Directory.CreateDirectory(_folder["root"]).FullName;

    private string Release
    {
        get
        {
            var release = Directory.CreateDirectory(_folder["node_exporter-1.0.0.linux-amd64"]).FullName;
            File.Copy(Exporter, Path.Combine(release, "node_exporter"), overwrite: true);
            return release;
        }
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task An_unpacked_release_is_installed_and_a_second_time_nothing_changes()
    {
        (await InstallAsync(0, "--root", Root, Release)).Out.Should().Contain("wrote ").And.Contain("enabled node_exporter.service");
        var installed = Stamp();
        installed.Keys.Should().BeEquivalentTo(
            "usr/local/bin/node_exporter",
            "etc/systemd/system/node_exporter.service",
            "etc/systemd/system/multi-user.target.wants/node_exporter.service",
            "etc/default/node_exporter");
        File.ReadAllBytes(Path.Combine(Root, "usr/local/bin/node_exporter")).Should().Equal(File.ReadAllBytes(Exporter));
        File.GetUnixFileMode(Path.Combine(Root, "usr/local/bin/node_exporter")).Should().HaveFlag(UnixFileMode.OtherExecute);

        (await InstallAsync(0, "--root", Root, Release)).Out.Should().Be($"{Root}: everything is in place already\n");
        Stamp().Should().BeEquivalentTo(installed);
    }

    [Test]
    public async Task The_distributions_program_is_linked_and_its_own_service_switched_off()
    {
        Directory.CreateDirectory(Path.Combine(Root, "usr/bin"));
        File.Copy(Exporter, Path.Combine(Root, "usr/bin/prometheus-node-exporter"));
        var wants = Directory.CreateDirectory(Path.Combine(Root, "etc/systemd/system/multi-user.target.wants")).FullName;
        var units = Directory.CreateDirectory(Path.Combine(Root, "lib/systemd/system")).FullName;
        File.WriteAllText(Path.Combine(units, "prometheus-node-exporter.service"), "[Service]\nExecStart=/x\n[Install]\nWantedBy=multi-user.target\n");
        File.CreateSymbolicLink(Path.Combine(wants, "prometheus-node-exporter.service"), "/lib/systemd/system/prometheus-node-exporter.service");

        (await InstallAsync(0, "--root", Root)).Out.Should().Contain("switched prometheus-node-exporter.service off");
        new FileInfo(Path.Combine(Root, "usr/local/bin/node_exporter")).LinkTarget.Should().Be("/usr/bin/prometheus-node-exporter");
        Directory.GetFiles(wants).Select(Path.GetFileName).Should().Equal("node_exporter.service");
        (await InstallAsync(0, "--root", Root)).Out.Should().Be($"{Root}: everything is in place already\n");
    }

    [Test]
    public async Task Settings_of_ones_own_stay_and_only_the_address_that_is_given_is_changed()
    {
        await InstallAsync(0, "--root", Root, "--listen", "10.0.0.1:9100", Release);
        var settings = Path.Combine(Root, "etc/default/node_exporter");
        File.ReadAllLines(settings).Should().Contain("NODE_EXPORTER_LISTEN=10.0.0.1:9100");
        File.WriteAllText(settings, "NODE_EXPORTER_LISTEN=10.0.0.1:9100\nNODE_EXPORTER_FLAGS=--collector.processes\n");

        await InstallAsync(0, "--root", Root, Release);
        File.ReadAllLines(settings).Should().Equal("NODE_EXPORTER_LISTEN=10.0.0.1:9100", "NODE_EXPORTER_FLAGS=--collector.processes");
        await InstallAsync(0, "--root", Root, "--listen", "[fd00::1]:9101", Release);
        File.ReadAllLines(settings).Should().BeEquivalentTo("NODE_EXPORTER_LISTEN=[fd00::1]:9101", "NODE_EXPORTER_FLAGS=--collector.processes");
    }

    [TestCase("--root ROOT", 1, "prometheus-node-exporter is not installed in ROOT")]
    [TestCase("--root ROOT ROOT", 2, "there is no program node_exporter in ROOT")]
    [TestCase("--root ROOT SCRIPT", 2, "is a file; unpack it first")]
    [TestCase("--root ROOT/nowhere", 2, "is not a folder")]
    [TestCase("--root", 2, "--root needs a value")]
    [TestCase("--listen nonsense", 2, "is no address with a port")]
    [TestCase("--listen :9100$(reboot)", 2, "is no address with a port")]
    [TestCase("--what", 2, "unknown option --what")]
    public async Task What_cannot_be_done_is_told_and_nothing_is_changed(string command, int code, string told)
    {
        var finished = await InstallAsync(code, Filled(command).Split(' '));
        finished.Error.Should().StartWith("install.sh: ").And.Contain(Filled(told));
        Directory.EnumerateFileSystemEntries(Root).Should().BeEmpty();
    }

    [Test]
    public async Task Without_root_it_refuses_and_says_how() =>
        (await RefusedAsync()).Should().Be("install.sh: this needs root, for it installs a service. Run: sudo bash\n");

    [Test]
    public async Task Without_root_all_that_was_asked_for_is_repeated_as_a_shell_reads_it()
    {
        string[] asked = ["--listen", "[fd00::1]:9100", "/it's a $(reboot)/node_exporter-1.0.0"];
        var hint = (await RefusedAsync(asked)).TrimEnd('\n').Split("Run: sudo bash ")[1];
        (await Executable.RunAsync("bash", ["-c", $"printf '%s\\n' {hint}"])).Out.Should().Be(string.Join('\n', asked) + "\n");
    }

    [Test]
    public async Task It_explains_itself() =>
        (await InstallAsync(0, "--help")).Out.Should().StartWith("usage: install.sh").And.Contain("--root DIR").And.Contain("Exit code:");

    [Test]
    public Task Systemd_finds_no_fault_in_the_unit() => Unit.ShouldBeWithoutFault("/usr/local/bin/node_exporter", Exporter);

    [Test]
    public Task Systemd_finds_the_service_well_shut_in() => Unit.ShouldBeWellShutIn();

    [Test]
    public async Task The_command_line_of_the_unit_gives_cpu_memory_disk_and_network()
    {
        var address = OwnAddresses.Options().Api;
        var arguments = Command().Match(Unit.Text).Groups[1].Value
            .Replace("\\\n", " ")
            .Replace("${NODE_EXPORTER_LISTEN}", $"{address}")
            .Replace("$NODE_EXPORTER_FLAGS", "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var exporter = Executable.Start(Exporter, arguments);
        try
        {
            using var http = new HttpClient();
            var page = "";
            await Eventually.Holds(
                async () =>
                {
                    try
                    {
                        page = await http.GetStringAsync(new Uri($"http://{address}/metrics"));
                        return true;
                    }
                    catch (HttpRequestException) when (!exporter.HasExited)
                    {
                        return false;
                    }
                },
                "node_exporter answers");

            foreach (var collector in new[] { "cpu", "loadavg", "meminfo", "vmstat", "diskstats", "filesystem", "netdev", "netclass" })
                page.Should().Contain($"node_scrape_collector_success{{collector=\"{collector}\"}} 1");
            page.Should().NotContain("collector=\"systemd\"").And.NotContain("collector=\"timex\"");
        }
        finally
        {
            exporter.Kill();
            await exporter.WaitForExitAsync();
        }
    }

    [TestCase("node_exporter/install.sh")]
    [TestCase("debian-packages.sh")]
    public async Task A_script_is_free_of_syntax_errors(string script) =>
        (await Executable.RunAsync("bash", ["-n", SampleFiles.Sample(script)])).Should().Be(new Finished(0, "", ""));

    private string Filled(string text) => text.Replace("ROOT", Root).Replace("SCRIPT", Script);

    private static async Task<Finished> InstallAsync(int code, params string[] arguments)
    {
        var finished = await Executable.RunAsync("bash", [Script, .. arguments]);
        finished.Code.Should().Be(code, "install.sh said {0}{1}", finished.Out, finished.Error);
        return finished;
    }

    /// <returns>What it says to a user that is not root.</returns>
    private static async Task<string> RefusedAsync(params string[] arguments)
    {
        // As nobody, when the tests run as root; the script is read from where nobody may read.
        string[] shell = ["bash", "-s", "--", .. arguments];
        string[] command = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. shell]
            : shell;
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        await process.StandardInput.WriteAsync(await File.ReadAllTextAsync(Script));
        process.StandardInput.Close();
        var told = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(1);
        return told;
    }

    /// <summary>Every file below the root with its time, by which one sees whether it was touched.</summary>
    private Dictionary<string, DateTime> Stamp() => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(Root, file), File.GetLastWriteTimeUtc);

    [GeneratedRegex(@"^ExecStart=/usr/local/bin/node_exporter ((?:.*\\\n)*.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}

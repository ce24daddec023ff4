using System.Globalization;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples.Deploy;

/// <summary>The daemon's unit, judged by systemd, and its settings, judged by the daemon.</summary>
internal sealed partial class SystemdUnitTests
{
    private static readonly string Folder = SampleFiles.Sample("deploy/systemd");
    private static readonly string Unit = Path.Combine(Folder, "minik8s-filesd.service");

    [Test]
    public async Task Systemd_finds_no_fault_in_it()
    {
        using var folder = new TempFolder();

        // It looks whether the program is there.
        await File.WriteAllTextAsync(folder["minik8s-filesd.service"], (await File.ReadAllTextAsync(Unit)).Replace("/usr/local/bin/minik8s-filesd", Daemon.Binary));
        var finished = await SampleFiles.SystemdAnalyzeAsync("verify", folder["minik8s-filesd.service"]);
        (finished.Code, finished.Error).Should().Be((0, ""));
    }

    [Test]
    public async Task Systemd_finds_the_service_well_shut_in()
    {
        var finished = await SampleFiles.SystemdAnalyzeAsync("security", "--offline=true", "--no-pager", Unit);
        var exposure = Exposure().Match(finished.Out);
        exposure.Success.Should().BeTrue("it said {0}{1}", finished.Out, finished.Error);
        double.Parse(exposure.Groups[1].Value, CultureInfo.InvariantCulture).Should().BeLessThan(2);
        File.ReadAllText(Path.Combine(Folder, "README.md")).Should().Contain($"exposure of {exposure.Groups[1].Value} ");
    }

    [Test]
    public void Systemd_waits_for_its_word_and_watches_over_it() =>
        File.ReadAllLines(Unit).Should().Contain("Type=notify").And.ContainMatch("WatchdogSec=*").And.Contain("Restart=always");

    [Test]
    public void The_targets_are_where_the_service_may_write_and_others_may_read()
    {
        var lines = File.ReadAllLines(Unit);
        var state = lines.Single(line => line.StartsWith("StateDirectory=", StringComparison.Ordinal)).Split('=')[1];
        lines.Should().Contain($"Environment=MINIK8S_FILESD_TARGETS_DIR=/var/lib/{state}").And.Contain("StateDirectoryMode=0755");
        lines.Should().NotContain("DynamicUser=yes", "its state folder would be hidden from Prometheus");
    }

    [TestCase("minik8s-filesd.service")]
    [TestCase("minik8s-filesd.env")]
    [TestCase("README.md")]
    public void Every_variable_is_a_setting_of_the_daemon(string file)
    {
        var known = Settings.All.Select(setting => setting.Variable).ToList();
        Variable().Matches(File.ReadAllText(Path.Combine(Folder, file))).Select(match => match.Value)
            .Should().NotBeEmpty().And.BeSubsetOf(known);
    }

    [GeneratedRegex(@"Overall exposure level for .*: ([0-9.]+) ")]
    private static partial Regex Exposure();

    [GeneratedRegex(@"MINIK8S_FILESD_[A-Z_]+")]
    private static partial Regex Variable();
}

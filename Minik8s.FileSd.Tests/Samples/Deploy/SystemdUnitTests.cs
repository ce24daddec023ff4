using System.Text.RegularExpressions;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples.Deploy;

/// <summary>The daemon's unit, judged by systemd, and its settings, judged by the daemon.</summary>
internal sealed partial class SystemdUnitTests
{
    private static readonly string Folder = SampleFiles.Sample("deploy/systemd");
    private static readonly SystemdUnit Unit = new(Path.Combine(Folder, "minik8s-filesd.service"));

    [Test]
    public Task Systemd_finds_no_fault_in_it() => Unit.ShouldBeWithoutFault("/usr/local/bin/minik8s-filesd", Daemon.Binary);

    [Test]
    public async Task Systemd_finds_the_service_well_shut_in()
    {
        await Unit.ShouldBeWellShutIn();
        (await File.ReadAllTextAsync(Path.Combine(Folder, "README.md"))).Should().Contain($"exposure of {await Unit.ExposureAsync()} ");
    }

    [Test]
    public void Systemd_waits_for_its_word_and_watches_over_it() =>
        Unit.Text.Split('\n').Should().Contain("Type=notify").And.ContainMatch("WatchdogSec=*").And.Contain("Restart=always");

    [Test]
    public void The_targets_are_where_the_service_may_write_and_others_may_read()
    {
        var lines = Unit.Text.Split('\n');
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

    [GeneratedRegex(@"MINIK8S_FILESD_[A-Z_]+")]
    private static partial Regex Variable();
}

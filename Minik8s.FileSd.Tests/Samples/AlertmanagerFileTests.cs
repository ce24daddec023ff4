using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>Alertmanager's own amtool judges the routes and the examples in their comments.</summary>
internal sealed partial class AlertmanagerFileTests
{
    private static readonly string Configuration = SampleFiles.Sample("alertmanager/alertmanager.yml");

    [Test]
    public async Task The_configuration_is_valid() => Accepted(await SampleFiles.AmtoolAsync("check-config", Configuration));

    [Test]
    public async Task The_receiver_in_its_comments_is_valid_too_and_gets_what_is_critical()
    {
        using var folder = new TempFolder();
        var uncommented = CommentedSetting().Replace(File.ReadAllText(Configuration), "  ");
        uncommented.Should().Contain("\n  routes:\n").And.Contain("\n  - name: on-call\n");
        File.WriteAllText(folder["alertmanager.yml"], uncommented);

        Accepted(await SampleFiles.AmtoolAsync("check-config", folder["alertmanager.yml"]));
        (await RouteAsync("critical")).Should().Be("on-call");
        (await RouteAsync("warning")).Should().Be("nobody");

        async Task<string> RouteAsync(string severity) => (await SampleFiles.AmtoolAsync(
            "config", "routes", "test", $"--config.file={folder["alertmanager.yml"]}", $"severity={severity}")).Out.Trim();
    }

    private static void Accepted(Finished amtool) => amtool.Code.Should().Be(0, "amtool says:\n{0}{1}", amtool.Out, amtool.Error);

    /// <summary>A setting stands where it would stand without the comment sign; a remark has a second one.</summary>
    [GeneratedRegex("^  # (?=[ -]|routes:)", RegexOptions.Multiline)]
    private static partial Regex CommentedSetting();
}

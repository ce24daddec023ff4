using System.Globalization;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>A unit of <c>samples/</c>, judged by systemd itself. Nothing of systemd need run for that.</summary>
internal sealed partial class SystemdUnit(string path)
{
    public string Text { get; } = File.ReadAllText(path);

    /// <param name="installed">Where the unit says its program is; systemd looks whether it is there.</param>
    /// <param name="here">Where such a program is on this machine.</param>
    public async Task ShouldBeWithoutFault(string installed, string here)
    {
        using var folder = new TempFolder();
        var copy = folder[Path.GetFileName(path)];
        await File.WriteAllTextAsync(copy, Text.Replace(installed, here));
        var finished = await SampleFiles.SystemdAnalyzeAsync("verify", copy);
        (finished.Code, finished.Error).Should().Be((0, ""));
    }

    /// <summary>How much of the system the service is open to: 0 (nothing) to 10, as systemd prints it.</summary>
    public async Task<string> ExposureAsync()
    {
        var finished = await SampleFiles.SystemdAnalyzeAsync("security", "--offline=true", "--no-pager", path);
        var exposure = Exposure().Match(finished.Out);
        exposure.Success.Should().BeTrue("it said {0}{1}", finished.Out, finished.Error);
        return exposure.Groups[1].Value;
    }

    public async Task ShouldBeWellShutIn() => double.Parse(await ExposureAsync(), CultureInfo.InvariantCulture).Should().BeLessThan(2);

    [GeneratedRegex(@"Overall exposure level for .*: ([0-9.]+) ")]
    private static partial Regex Exposure();
}

using Minik8s.FileSd.Options;

namespace Minik8s.FileSd.Tests.Options;

internal sealed class ReadmeTests
{
    [Test]
    public void Every_setting_stands_in_the_readme_with_its_default_and_its_meaning()
    {
        var readme = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "README.md"));
        readme.Should().Contain(Settings.All.Select(Row));
    }

    private static string Row(Setting setting)
    {
        var flag = setting.IsSwitch ? setting.Flag : $"{setting.Flag} {setting.Placeholder}";
        var value = setting.IsSwitch || setting.Default.Length == 0 ? "" : $"`{setting.Default}` ";
        return $"| `{flag}` | {value}| {setting.Help} |";
    }
}

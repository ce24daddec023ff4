using System.Text;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>The cases of <see cref="Groups"/> before <c>promtool</c>, which reads target files by the code of Prometheus itself.</summary>
[Category("EndToEnd")]
internal sealed class GroupCheckOnPrometheusTests
{
    [Test]
    public async Task A_file_of_all_groups_that_have_no_fault_is_taken() =>
        (await Judge("[\n" + string.Join(",\n", Groups.Good.Select(group => group.Arguments[0])) + "\n]\n")).Should().Be(Groups.TakesIt);

    [TestCaseSource(typeof(Groups), nameof(Groups.Bad))]
    public async Task A_group_with_a_fault_costs_the_file_or_the_target_or_says_something_else(string group, string fault) =>
        (await Judge($"[\n{Groups.With("")},\n{group}\n]\n")).Should().Be(
            (string)TestContext.CurrentContext.Test.Properties.Get(Groups.Prometheus)!, "the daemon says that {0}", fault);

    [TestCase("\ufeff[]")]
    [TestCase("[]x")]
    [TestCase("")]
    [TestCase("[{\"targets\":[\"a:1\"],\"labels\":{}},]")]
    [TestCase("[{\"targets\":[\"a:1\"],\"labels\":{}}{}]")]
    public async Task What_is_no_JSON_costs_the_file(string file) => (await Judge(file)).Should().Be(Groups.RejectsFile);

    private static async Task<string> Judge(string file)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder["targets.json"], Encoding.UTF8.GetBytes(file));
        await File.WriteAllTextAsync(folder["prometheus.yml"], "scrape_configs: [{job_name: a, file_sd_configs: [{files: [targets.json]}]}]\n");
        var check = await Executable.RunAsync("promtool", ["check", "config", folder["prometheus.yml"]]);
        var told = check.Out + check.Error;
        return (check.Code, told.Contains("checking SD file"), told.Contains("instance ")) switch
        {
            (0, false, false) => Groups.TakesIt,
            (not 0, true, false) => Groups.RejectsFile,
            (not 0, false, true) => Groups.DropsTarget,
            _ => told,
        };
    }
}

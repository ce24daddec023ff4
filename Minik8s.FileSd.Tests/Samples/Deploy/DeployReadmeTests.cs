using System.Text.RegularExpressions;

namespace Minik8s.FileSd.Tests.Samples.Deploy;

internal sealed partial class DeployReadmeTests
{
    private static readonly string Readme = File.ReadAllText(SampleFiles.Sample("deploy/README.md"));

    [Test]
    public void Its_links_lead_to_files_and_headings_that_exist()
    {
        var headings = Heading().Matches(Readme).Select(heading => heading.Groups[1].Value.ToLowerInvariant().Replace(' ', '-')).ToList();
        var links = Link().Matches(Readme).Select(link => link.Groups[1].Value).ToList();
        links.Should().NotBeEmpty();
        links.Where(link => link.StartsWith('#')
            ? !headings.Contains(link[1..])
            : !Path.Exists(SampleFiles.Sample(Path.Combine("deploy", link)))).Should().BeEmpty();
    }

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(([^):]+)\)")]
    private static partial Regex Link();
}

using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Tests.Samples;

internal sealed class SchemaCheckTests
{
    [TestCase("grafana/schema-check")]
    [TestCase("deploy/schema-check")]
    [TestCase("../Minik8s.FileSd.Tests/Web/Accessibility")]
    public void The_lock_file_says_by_hash_what_the_packages_are_and_not_where_they_come_from(string folder)
    {
        var packages = Read(folder, "package-lock.json")["packages"]!.AsObject().Where(package => package.Key.Length > 0).ToList();
        packages.Should().NotBeEmpty();
        packages.Should().OnlyContain(package => package.Value!["integrity"] != null && package.Value["resolved"] == null);
    }

    [TestCase("grafana/schema-check")]
    [TestCase("deploy/schema-check")]
    [TestCase("../Minik8s.FileSd.Tests/Web/Accessibility")]
    public void The_packages_that_are_asked_for_have_one_version_and_the_lock_file_knows_it(string folder)
    {
        var asked = Read(folder, "package.json")["devDependencies"]!.AsObject();
        asked.Should().NotBeEmpty();
        foreach (var (name, version) in asked)
            Read(folder, "package-lock.json")["packages"]![$"node_modules/{name}"]!["version"]!.GetValue<string>().Should().Be(version!.GetValue<string>());
    }

    private static JsonNode Read(string folder, string file) =>
        JsonNode.Parse(File.ReadAllText(SampleFiles.Sample(Path.Combine(folder, file))))!;
}

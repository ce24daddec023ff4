using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>The image of the sample program, as far as it can be judged without building one.</summary>
internal sealed partial class MetricsAppDockerfileTests
{
    private static readonly string Root = Path.GetFullPath(SampleFiles.Sample(".."));
    private static readonly string Text = File.ReadAllText(SampleFiles.Sample("Minik8s.MetricsApp/Dockerfile"));

    private static IEnumerable<string> Copied => Copy().Matches(Text).SelectMany(line => line.Groups[1].Value.Split(' ')[..^1]);

    [Test]
    public async Task What_is_copied_into_the_image_suffices_to_publish_the_program()
    {
        using var context = new TempFolder();
        Copied.Should().NotBeEmpty();
        foreach (var source in Copied)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(context[source])!);
            (await Executable.RunAsync("cp", ["--recursive", Path.Combine(Root, source), context[source]])).Should().Be(new Finished(0, "", ""));
        }

        foreach (var built in new[] { "bin", "obj" }.Select(name => context[$"samples/Minik8s.MetricsApp/{name}"]).Where(Directory.Exists))
            Directory.Delete(built, recursive: true);

        // The paths of the command start from its folder.
        var command = Publish().Match(Text).Groups[1].Value.Replace("/app", context["app"]);
        var published = await Executable.RunAsync("bash", ["-c", $"cd '{context.Path}' && {command}"], longest: TimeSpan.FromMinutes(3));
        published.Code.Should().Be(0, "it said {0}{1}", published.Out, published.Error);
        File.Exists(context[$"app/{EntryPoint().Match(Text).Groups[1].Value}"]).Should().BeTrue();
    }

    [Test]
    public void The_image_has_no_shell_and_its_user_is_not_root()
    {
        From().Matches(Text)[^1].Groups[1].Value.Should().EndWith("-chiseled");
        User().Matches(Text).Should().ContainSingle().Which.Groups[1].Value.Should().NotBe("0");
    }

    [Test]
    public void The_port_is_the_one_that_the_sample_pod_names() =>
        File.ReadAllText(SampleFiles.Sample("pods/metrics-app.yaml")).Should().Contain($"containerPort: {Port().Match(Text).Groups[1].Value}\n");

    [GeneratedRegex("^COPY (?!--from)(.+)$", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex("^RUN (dotnet publish .+)$", RegexOptions.Multiline)]
    private static partial Regex Publish();

    [GeneratedRegex("""^ENTRYPOINT \["dotnet", "([^"]+)"\]$""", RegexOptions.Multiline)]
    private static partial Regex EntryPoint();

    [GeneratedRegex("^FROM ([^ \n]+)", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex("^USER ([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex User();

    [GeneratedRegex("^EXPOSE ([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex Port();
}

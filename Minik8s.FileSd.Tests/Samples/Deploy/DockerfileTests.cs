using System.Text.RegularExpressions;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples.Deploy;

/// <summary>
/// The Dockerfiles, as far as they can be followed without a container engine: what they copy is there, and what they build
/// is built from nothing but that.
/// </summary>
internal sealed partial class DockerfileTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly string Root = Path.GetFullPath(SampleFiles.Sample(".."));

    public static IReadOnlyList<string> Dockerfiles { get; } = ["samples/deploy/Dockerfile", "samples/Minik8s.MetricsApp/Dockerfile"];

    [TestCaseSource(nameof(Dockerfiles))]
    public async Task It_builds_from_what_it_copies(string dockerfile)
    {
        using var context = new TempFolder();
        foreach (var (sources, target) in Copies(dockerfile))
        {
            foreach (var source in sources)
                Copy(Path.Combine(Root, source), Path.Combine(context.Path, target.TrimEnd('/'), target.EndsWith('/') ? Path.GetFileName(source) : ""));
        }

        var publish = Publish().Match(await ReadAsync(dockerfile)).Value.Split(' ');
        publish[Array.IndexOf(publish, "--output") + 1] = context["out"];

        // Where a test runs, the settings of the build around it must not be taken for those of this one.
        var published = await Executable.RunAsync("env", ["-u", "CI", "-C", context.Path, .. publish], longest: Longest);
        published.Code.Should().Be(0, published.Out + published.Error);
        var program = EntryPoint().Match(await ReadAsync(dockerfile)).Groups["program"].Value;
        File.Exists(Path.Combine(context["out"], Path.GetFileName(program))).Should().BeTrue($"{program} is started");
    }

    [TestCaseSource(nameof(Dockerfiles))]
    public async Task It_runs_as_a_user_who_is_not_root_by_number(string dockerfile) =>
        User().Matches(await ReadAsync(dockerfile)).Last().Groups["user"].Value.Should().MatchRegex("^[1-9][0-9]*(:[1-9][0-9]*)?$");

    [TestCaseSource(nameof(Dockerfiles))]
    public async Task Its_context_is_without_build_output(string dockerfile) =>
        (await File.ReadAllLinesAsync(Path.Combine(Root, dockerfile + ".dockerignore"))).Should().Contain("**/bin").And.Contain("**/obj");

    [Test]
    public async Task The_variables_of_the_daemons_image_are_settings() =>
        Variable().Matches(await ReadAsync(Dockerfiles[0])).Select(match => match.Value)
            .Should().NotBeEmpty().And.BeSubsetOf(Settings.All.Select(setting => setting.Variable));

    private static Task<string> ReadAsync(string dockerfile) => File.ReadAllTextAsync(Path.Combine(Root, dockerfile));

    private static IEnumerable<(string[] Sources, string Target)> Copies(string dockerfile) =>
        from Match copy in CopyFromContext().Matches(File.ReadAllText(Path.Combine(Root, dockerfile)))
        let words = copy.Groups["what"].Value.Split(' ')
        select (words[..^1], words[^1]);

    private static void Copy(string source, string target)
    {
        if (File.Exists(source))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(source, file);
            if (!path.Split('/').Intersect(["bin", "obj"]).Any())
                Copy(file, Path.Combine(target, path));
        }
    }

    [GeneratedRegex("^COPY (?!--)(?<what>.+)$", RegexOptions.Multiline)]
    private static partial Regex CopyFromContext();

    [GeneratedRegex(@"dotnet publish [^\\\n]+[^\\\s]")]
    private static partial Regex Publish();

    [GeneratedRegex("^USER (?<user>.+)$", RegexOptions.Multiline)]
    private static partial Regex User();

    [GeneratedRegex("^ENTRYPOINT .*\"(?<program>[^\"]+)\"\\]$", RegexOptions.Multiline)]
    private static partial Regex EntryPoint();

    [GeneratedRegex("MINIK8S_FILESD_[A-Z_]+")]
    private static partial Regex Variable();
}

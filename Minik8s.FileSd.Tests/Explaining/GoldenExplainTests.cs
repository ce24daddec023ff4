using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minik8s.ApiServer;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Commands;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Tests.Samples;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Explaining;

/// <summary>
/// Each folder of <c>GoldenExplain</c> is a case: <c>input.json</c>, what a real API server over HTTP has, with
/// <c>settings</c> where they are not the defaults; <c>ask</c>, what is asked about; <c>then.json</c>, what becomes of the
/// objects after the files were written. <c>expected.txt</c> is what is printed. Cases whose names begin with
/// <c>minik8s-</c> ask the same server in the dialect of the original Minik8s. <c>MINIK8S_FILESD_GOLDEN=write</c> writes
/// <c>expected.txt</c> anew, to be looked at in the diff.
/// </summary>
[Parallelizable(ParallelScope.Children)]
internal sealed partial class GoldenExplainTests
{
    private static readonly string Root = Path.GetFullPath(SampleFiles.Sample("../Minik8s.FileSd.Tests/GoldenExplain"));
    private static readonly bool Writes = Environment.GetEnvironmentVariable("MINIK8S_FILESD_GOLDEN") == "write";
    private static readonly Dictionary<string, string> Utf8 = new() { ["LANG"] = "C.UTF-8" };

    private static IEnumerable<string> Cases => Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Cases))]
    public async Task It_is_explained_so(string name)
    {
        var @case = Path.Combine(Root, name);
        await using var server = await ApiServerHost.StartAsync(new ApiServerOptions { ClassicListen = new(System.Net.IPAddress.Loopback, 0) });
        using var folder = new TempFolder();
        await StoreAsync(server, Path.Combine(@case, "input.json"));
        var uri = name.StartsWith("minik8s-", StringComparison.Ordinal) ? server.ClassicUri! : server.Uri;
        var (options, command) = await ReadAsync(
        [
            "explain", .. (await File.ReadAllTextAsync(Path.Combine(@case, "ask"))).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            "--api.server", uri.ToString(), "--targets.dir", folder.Path, "--web.listen-address=", .. Settings(Path.Combine(@case, "settings")),
        ]);
        await WriteFilesAsync(options);
        if (File.Exists(Path.Combine(@case, "then.json")))
            await StoreAsync(server, Path.Combine(@case, "then.json"));

        using var output = new StringWriter();
        using var errors = new StringWriter();
        var commands = new UserCommands(options, "0", output, errors, Utf8, TimeProvider.System);
        var code = await commands.RunAsync(command, []);
        await output.WriteLineAsync($"Exit code {code}; as JSON the verdict is {await VerdictAsync(options, (UserCommand.Explain)command)}.");
        errors.ToString().Should().BeEmpty();
        var text = Written().Replace(output.ToString(), ", written TIME")
            .Replace(folder.Path, "TARGETS").Replace(uri.ToString(), "http://SERVER/");
        var expected = Path.Combine(@case, "expected.txt");
        if (Writes)
            await File.WriteAllTextAsync(expected, text);
        text.Should().Be(await File.ReadAllTextAsync(expected));
    }

    [Test]
    public void Each_reason_and_each_remark_has_a_case()
    {
        var told = string.Concat(Cases.Select(name => File.ReadAllText(Path.Combine(Root, name, "expected.txt"))));
        var verdicts = Verdict().Matches(told).Select(each => each.Groups["verdict"].Value).ToHashSet();
        Enum.GetValues<Reason>()

            // No object is known that causes it; ExplainerTests makes one up.
            .Except([Reason.GroupInvalid])
            .Select(SnakeCase.Of).Except(verdicts).Should().BeEmpty();
        Enum.GetValues<RemarkKind>().Except([RemarkKind.GroupInvalid])
            .Where(kind => !told.Contains(Fixes.Of(kind, new("pod", new("shop", "web-0"), Dialect.Kubernetes)))).Should().BeEmpty();
    }

    private static async Task<string> VerdictAsync(FileSdOptions options, UserCommand.Explain command)
    {
        using var output = new StringWriter();
        await new UserCommands(options, "0", output, TextWriter.Null, Utf8, TimeProvider.System).RunAsync(command with { AsJson = true }, []);
        return JsonNode.Parse(output.ToString())!["verdict"]?.GetValue<string>() ?? "null";
    }

    [Test]
    public void What_the_readme_shows_is_what_is_printed()
    {
        var printed = File.ReadLines(Path.Combine(Root, "in-the-readme", "expected.txt")).TakeWhile(line => !line.StartsWith("From ", StringComparison.Ordinal));
        File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "README.md"))
            .Should().Contain(string.Concat(printed.Select(line => line.Length == 0 ? "\n" : $"    {line}\n")));
    }

    private static string[] Settings(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];

    private static async Task<(FileSdOptions, UserCommand)> ReadAsync(string[] arguments)
    {
        using var errors = new StringWriter();
        (FileSdOptions, UserCommand)? read = null;
        await new FileSd.Options.CommandLine().RunAsync(
            arguments, new Dictionary<string, string>(), errors, (_, _) => throw new InvalidOperationException("the daemon was started"), (options, command, _) =>
            {
                read = (options, command);
                return Task.FromResult(0);
            });
        errors.ToString().Should().BeEmpty();
        return read!.Value;
    }

    /// <summary>As the daemon would have written them.</summary>
    private static async Task WriteFilesAsync(FileSdOptions options)
    {
        using var http = FileSd.Cluster.ApiClient.Create(
            new AccessFinder(new Dictionary<string, string>(), "/nowhere", TimeProvider.System).Find(options.AccessWishes), "test/0");
        var pass = new ClusterPass(http, options, TimeProvider.System);
        new TargetFile(options.TargetsFolder, options.NodesFile).Publish((await pass.NodesAsync(default)).Content);
        new TargetFile(options.TargetsFolder, options.PodsFile).Publish((await pass.PodsAsync(default)).Content);
    }

    /// <summary>What no API server would have created, too; an item with nothing but <c>delete</c> goes.</summary>
    private static async Task StoreAsync(ApiServerHost server, string file)
    {
        foreach (var item in JsonNode.Parse(await File.ReadAllTextAsync(file))!["items"]!.AsArray().Select(each => each!.DeepClone().AsObject()))
        {
            if (item["delete"] is { } gone)
            {
                server.Store.TryCommit(server.Store.Current.Find(ResourceKind.Pods, gone.GetValue<string>()), null).Should().NotBeNull();
                continue;
            }

            var kind = item["kind"]!.GetValue<string>() == "Pod" ? ResourceKind.Pods : ResourceKind.Nodes;
            item["metadata"]!["uid"] = Guid.NewGuid().ToString();
            var stored = ObjectJson.ToStored(kind, item);
            server.Store.TryCommit(server.Store.Current.Find(kind, stored.Key), stored).Should().NotBeNull();
        }
    }

    [GeneratedRegex("the verdict is (?<verdict>[a-z_]+)")]
    private static partial Regex Verdict();

    [GeneratedRegex(", written [0-9-]{10} [0-9:]{8} UTC")]
    private static partial Regex Written();
}

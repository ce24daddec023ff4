using System.Collections;
using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Commands;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>What a command meets in the place of what it looks for: another program at the endpoint, no file where a file should be.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class StrangersTests
{
    [TestCase("text/plain; charset=bogus")]
    [TestCase("application/json; charset=bogus")]
    [TestCase("nonsense")]
    public async Task Check_takes_no_other_program_for_the_daemon(string contentType)
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var stranger = await PlainServer.StartAsync();
        stranger.Answer = context =>
        {
            context.Response.ContentType = contentType;
            return context.Response.WriteAsync("{}");
        };
        var (code, output, errors) = await CommandRun.Of(
            "check", "--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder, "--web.listen-address", stranger.Uri.Authority);
        (code, errors).Should().Be((1, ""));
        output.Should().Contain($"NO endpoint      something else listens at {stranger.Uri.Authority}").And.Contain("?  prometheus");
    }

    [Test]
    public async Task One_that_accepts_and_says_nothing_leaves_time_for_the_rest()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("web", "10.1.0.1");
        await using var stranger = await PlainServer.StartAsync();
        stranger.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        string[] settings = ["--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder, "--web.listen-address", stranger.Uri.Authority];
        var check = await CommandRun.Of(["check", .. settings]);
        check.Code.Should().Be(1, check.Errors);
        check.Output.Should().Contain($"NO endpoint      something else listens at {stranger.Uri.Authority}").And.Contain("?  prometheus");
        var explain = await CommandRun.Of(["explain", "pod", "default/web", "--timeout=9s", .. settings]);
        explain.Code.Should().Be(0, explain.Errors);
        explain.Output.Should().Contain($"for the daemon at {stranger.Uri.Authority} does not answer in time");
    }

    [Test]
    public async Task What_nobody_has_thought_of_is_one_line_and_no_verdict()
    {
        using var folder = new TempFolder();
        using var output = new BrokenWriter();
        using var errors = new StringWriter();
        var options = new FileSdOptions { TargetsFolder = folder.Path, NodesFile = "nodes.json", PodsFile = "pods.json", WebAddress = null };
        var code = await new UserCommands(options, "test", output, errors, new Hashtable(), TimeProvider.System)
            .RunAsync(new UserCommand.Check(TimeSpan.FromSeconds(30)), []);
        (code, errors.ToString()).Should().Be(
            (2, "minik8s-filesd: check failed in a way that nobody has thought of, NotSupportedException: it is broken\n"));
    }

    [TestCase("mkfifo", "is no file")]
    [TestCase("mkdir", "is no file")]
    [TestCase("true", "is not there")]
    public async Task Diff_says_what_is_in_the_place_of_a_file(string makes, string words)
    {
        await using var cluster = await TestCluster.StartAsync();
        (await Executable.RunAsync(makes, [cluster.PodsFile])).Code.Should().Be(0);
        var (code, output, errors) = await CommandRun.Of(
            "diff", "--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder, "--web.listen-address=");
        (code, errors).Should().Be((1, ""));
        output.Should().Contain($"{cluster.PodsFile}: {words}; 0 added, 0 removed");
    }

    [Test]
    public async Task A_target_whose_file_is_not_there_is_one_and_what_is_none_stays_none()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddPod("web", "10.1.0.1");
        cluster.AddPod("other", "10.1.0.2", log: "loki");
        string[] settings = ["--api.server", cluster.Server.Uri.ToString(), "--targets.dir", cluster.Folder, "--web.listen-address="];
        var target = await CommandRun.Of(["explain", "pod", "default/web", .. settings]);
        target.Code.Should().Be(0, target.Errors);
        target.Output.Should().StartWith($"pod default/web is a target, 10.1.0.1:2112, but there is no {cluster.PodsFile}\n");
        var other = await CommandRun.Of(["explain", "pod", "default/other", .. settings]);
        other.Code.Should().Be(1, other.Errors);
    }

    private sealed class BrokenWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new NotSupportedException("it is broken");
    }
}

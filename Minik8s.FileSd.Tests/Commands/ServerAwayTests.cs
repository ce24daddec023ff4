using System.Collections;
using Minik8s.FileSd.Commands;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Commands;

/// <summary>What a command says that cannot reach the API server.</summary>
internal sealed class ServerAwayTests
{
    private static readonly UserCommand[] Commands =
        [new UserCommand.Diff(AsJson: false, TimeSpan.FromSeconds(30)), new UserCommand.ShardPlan(1, 3, AsJson: false, TimeSpan.FromSeconds(30))];

    [TestCaseSource(nameof(Commands))]
    public async Task It_names_the_server_and_the_setting(UserCommand command) =>
        (await ErrorsAsync(command, new FileSdOptions { ApiServer = new("http://127.0.0.1:1/") }, [])).Should().Be(
            "minik8s-filesd: the API server http://127.0.0.1:1/ cannot be asked: Connection refused (127.0.0.1:1); check --api.server, or run minik8s-filesd check\n");

    [TestCaseSource(nameof(Commands))]
    public async Task It_says_how_a_server_was_found_that_no_setting_names(UserCommand command)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["config"], """
            current-context: a
            contexts: [{name: a, context: {cluster: c}}]
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
            """);
        (await ErrorsAsync(command, new(), new() { ["KUBECONFIG"] = folder["config"] })).Should().Be(
            $"minik8s-filesd: the API server http://127.0.0.1:1/ (found by the kubeconfig {folder["config"]} (the variable KUBECONFIG)) cannot be asked: "
            + "Connection refused (127.0.0.1:1); name another by --api.server, or run minik8s-filesd check\n");
    }

    private static async Task<string> ErrorsAsync(UserCommand command, FileSdOptions options, Hashtable environment)
    {
        using var folder = new TempFolder();
        using var errors = new StringWriter();
        var code = await new UserCommands(options with { TargetsFolder = folder["targets"] }, "0", TextWriter.Null, errors, environment, TimeProvider.System)
            .RunAsync(command, []);
        code.Should().Be(2);
        return errors.ToString();
    }
}

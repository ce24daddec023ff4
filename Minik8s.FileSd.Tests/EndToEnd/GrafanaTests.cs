using System.Collections.Concurrent;
using System.Diagnostics;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Samples.Grafana;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox;
using Minik8s.Sandbox.Grafana;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>
/// The sandbox with and without a Grafana. It is a stand-in: a script that notes how it was called and becomes a
/// program that listens. The PATH holds nothing but it and what the sandbox needs.
/// </summary>
[Category("EndToEnd")]
internal sealed class GrafanaTests
{
    private static readonly string ApiServer = Path.ChangeExtension(typeof(Minik8s.ApiServer.ApiServerHost).Assembly.Location, null);

    private readonly TempFolder _path = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SandboxOptions _options = OwnAddresses.Options() with
    {
        Alertmanager = OwnAddresses.Free("127.0.0.1"),
        Grafana = OwnAddresses.Free("127.0.0.1"),
    };
    private Process? _sandbox;

    [SetUp]
    public void Prepare()
    {
        foreach (var tool in (string[])["sh", "env", "setsid", "setpriv", "prometheus", "prometheus-node-exporter", "node_exporter"])
        {
            if (Programs.OnPath(tool) is { } installed)
            {
                File.CreateSymbolicLink(_path[tool], installed);
            }
        }
    }

    [TearDown]
    public async Task TakeDown()
    {
        if (_sandbox is not null)
        {
            _sandbox.Kill();
            await _sandbox.WaitForExitAsync();
            _sandbox.Dispose();
        }

        _path.Dispose();
        if (TestContext.CurrentContext.Result.Outcome.Status != NUnit.Framework.Interfaces.TestStatus.Passed)
        {
            await TestContext.Out.WriteLineAsync(string.Join('\n', _lines));
        }
    }

    [Test]
    public async Task A_Grafana_on_the_path_is_started_with_the_dashboards_and_ended_by_Ctrl_C()
    {
        await PutGrafanaAsync($"""
            printf '%s\n' "$@" >'{_path["arguments"]}'
            env >'{_path["environment"]}'
            echo $$ >'{_path["id"]}'
            exec '{ApiServer}' --listen "$GF_SERVER_HTTP_ADDR:$GF_SERVER_HTTP_PORT"
            """);
        Start();
        await Seen($"Grafana       http://{_options.Grafana}/d/minik8s-cluster");
        await Seen("Ctrl+C ends everything.");

        (await File.ReadAllLinesAsync(_path["arguments"])).Should().Equal("server");
        var folder = _lines.Single(line => line.StartsWith("logs ", StringComparison.Ordinal)).Split(' ')[^1];
        var variables = (await File.ReadAllLinesAsync(_path["environment"])).Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        variables.Should().Contain(new Dictionary<string, string>
        {
            ["GF_AUTH_ANONYMOUS_ENABLED"] = "true",
            ["GF_AUTH_ANONYMOUS_ORG_ROLE"] = "Viewer",
            ["GF_PATHS_PROVISIONING"] = Provisioning.Folder,
            ["GF_PATHS_DATA"] = Path.GetFullPath(Path.Combine(folder, "..", "grafana", "data")),
            ["PROMETHEUS_URL"] = $"http://{_options.Prometheus}",
        });
        DashboardFile.All.Should().OnlyContain(dashboard => File.Exists(Path.Combine(variables["GRAFANA_DASHBOARDS"], dashboard.Name)));

        await Executable.RunAsync("kill", ["-s", "INT", $"{_sandbox!.Id}"]);
        await Eventually.Holds(() => _sandbox.HasExited, "the sandbox has ended");
        _sandbox.ExitCode.Should().Be(0);
        Directory.Exists($"/proc/{(await File.ReadAllTextAsync(_path["id"])).Trim()}").Should().BeFalse("Grafana ends with the sandbox");
        Directory.Exists(folder).Should().BeFalse();
    }

    [Test]
    public async Task Without_Grafana_and_Alertmanager_the_sandbox_says_so()
    {
        Start();
        await Seen("Alertmanager  not on the PATH: ");
        await Seen("Grafana       Grafana is not on the PATH: ");
    }

    [Test]
    public async Task A_Grafana_that_does_not_start_leaves_the_rest_running()
    {
        await PutGrafanaAsync("echo no database; exit 3");
        Start();
        await Seen("grafana ended with exit code 3. Its last words:");
        await Seen("    no database");
        await Seen("Grafana       did not start: ");
        await Seen("up       pods");
    }

    private async Task PutGrafanaAsync(string script)
    {
        await File.WriteAllTextAsync(_path["grafana"], $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(_path["grafana"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private void Start()
    {
        _sandbox = Executable.Start(
            Path.Combine(AppContext.BaseDirectory, "Minik8s.Sandbox"),
            _options.Flags(),
            new Dictionary<string, string> { ["PATH"] = _path.Path, ["DOTNET_ROOT"] = Programs.DotnetRoot });
        _sandbox.OutputDataReceived += (_, data) => _lines.Enqueue(data.Data ?? "");
        _sandbox.ErrorDataReceived += (_, data) => _lines.Enqueue(data.Data ?? "");
        _sandbox.BeginOutputReadLine();
        _sandbox.BeginErrorReadLine();
    }

    private Task Seen(string text) => Eventually.Holds(
        () => _sandbox!.HasExited
            ? throw new AssertionException($"the sandbox has ended:\n{string.Join('\n', _lines)}")
            : _lines.Any(line => line.Contains(text)),
        $"a line with {text}");
}

using Minik8s.Sandbox.Acceptance.Screenshots;
using Minik8s.Sandbox.Alertmanager;
using Minik8s.Sandbox.Grafana;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Acceptance;

/// <summary>The acceptance run: a sandbox of its own, every step on it, and an exit code that says whether all was seen.</summary>
internal static class AcceptanceCommand
{
    private const int LastLines = 8;

    /// <param name="options">Where everything listens.</param>
    /// <param name="screenshots">The folder for pictures; null: none are taken.</param>
    public static async Task<int> RunAsync(SandboxOptions options, string? screenshots)
    {
        using var stop = new StopSignals();
        var transcript = new Transcript(TimeProvider.System);
        try
        {
            if (screenshots is not null)
            {
                await DebianPackages.EnsureAsync([DebianPackages.Chromium], options.InstallMissing, stop.Token);
            }

            transcript.Write("Starting the API server, two nodes, a pod, minik8s-filesd, Alertmanager and Prometheus ...");
            string summary;
            await using (var cluster = await SandboxCluster.StartAsync(options, TimeProvider.System, transcript.Tell, stop.Token))
            {
                transcript.Write(
                    $"up: Prometheus http://{options.Prometheus}, Alertmanager http://{options.Alertmanager}, API server http://{options.Api}"
                    + (options.Classic is { } classic ? $", as the original Minik8s http://{classic}" : ""));
                summary = await RunAsync(cluster, transcript, screenshots, stop.Token);
                transcript.Write("Ending everything ...");
            }

            transcript.Write($"PASSED: {summary}");
            return 0;
        }
        catch (SandboxException fault)
        {
            transcript.Write($"FAILED: {fault.Message}");
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            transcript.Write("FAILED: it was interrupted. Everything is ended.");
        }

        return SandboxException.Failed;
    }

    /// <returns>What was checked, in numbers.</returns>
    private static async Task<string> RunAsync(
        SandboxCluster cluster, Transcript transcript, string? screenshots, CancellationToken cancellationToken)
    {
        using var alertmanager = new AlertmanagerClient(cluster.Alertmanager!);
        using var queries = new PanelQueries(cluster.Prometheus.Server, TimeProvider.System);
        var dashboards = new DashboardCheck(queries);
        var camera = screenshots is null
            ? null
            : new Camera(cluster, Programs.OnPath(DebianPackages.Chromium.Programs)!, Path.GetFullPath(screenshots));
        var steps = AcceptanceSteps.For(
            cluster, new Sights(cluster, alertmanager, dashboards), await PrometheusIdentity.OfAsync(cluster, cancellationToken));
        try
        {
            await new StepRunner(transcript, camera, TimeProvider.System).RunAsync(steps, cancellationToken);
        }
        catch (SandboxException)
        {
            // Their files are deleted with the sandbox.
            WriteLogs(cluster, transcript);
            throw;
        }

        return $"{steps.Count} steps, {steps.Sum(step => step.Sights.Count)} things seen, {dashboards.Dashboards} dashboards, "
            + $"{dashboards.Panels} panels, {dashboards.Expressions} expressions in {Transcript.Seconds(transcript.Elapsed)}";
    }

    private static void WriteLogs(SandboxCluster cluster, Transcript transcript)
    {
        foreach (var log in Directory.EnumerateFiles(Path.Combine(cluster.Folder, "logs")).Order(StringComparer.Ordinal))
        {
            var lines = File.ReadLines(log).TakeLast(LastLines).ToList();
            if (lines is not [])
            {
                transcript.Write($"the end of {Path.GetFileName(log)}:\n    {string.Join("\n    ", lines)}");
            }
        }
    }
}

using System.Diagnostics;

namespace Minik8s.Sandbox.Processes;

/// <summary>Prometheus and its like come from the distribution. Missing ones are installed where that is allowed.</summary>
internal static class DebianPackages
{
    public static DebianPackage Prometheus { get; } = new("prometheus", "prometheus");

    public static DebianPackage NodeExporter { get; } = new("prometheus-node-exporter", "prometheus-node-exporter", "node_exporter");

    public static DebianPackage Alertmanager { get; } = new("prometheus-alertmanager", "prometheus-alertmanager", "alertmanager");

    public static DebianPackage Chromium { get; } = new("chromium", "chromium", "chromium-browser", "google-chrome");

    /// <summary>Without these there is no sandbox.</summary>
    public static IReadOnlyList<DebianPackage> Always { get; } = [Prometheus, NodeExporter];

    public static async Task EnsureAsync(
        IReadOnlyList<DebianPackage> packages, bool install, CancellationToken cancellationToken)
    {
        if (Missing(packages) is not [_, ..] missing)
        {
            return;
        }

        var script = Path.Combine(Programs.SamplesFolder, "debian-packages.sh");
        if (!install)
        {
            throw new SandboxException(
                $"{string.Join(" and ", missing)} not found on the PATH. Install with: {script} {string.Join(' ', missing)}");
        }

        if (await RunAsync(script, missing, cancellationToken) != 0)
        {
            throw new SandboxException($"The sandbox cannot start without {string.Join(" and ", missing)}.");
        }

        if (Missing(packages) is [_, ..] stillMissing)
        {
            throw new SandboxException($"{string.Join(" and ", stillMissing)} installed, but not found on the PATH.");
        }
    }

    /// <summary>
    /// Runs a script to its end. On cancellation it is asked to end, and waited for all the same: a package manager that
    /// is cut off, or that goes on when nobody thinks of it any more, leaves a mess.
    /// </summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [script, .. arguments]))!;
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            ChildProcess.Ask(process.Id);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        return process.ExitCode;
    }

    private static List<string> Missing(IReadOnlyList<DebianPackage> packages) =>
        [.. packages.Where(package => Programs.OnPath(package.Programs) is null).Select(package => package.Name)];
}

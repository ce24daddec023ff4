using System.Text.RegularExpressions;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Prometheus;

/// <summary>Prometheus with the repository's own configuration.</summary>
internal static class PrometheusServer
{
    /// <summary>
    /// Lays out a folder as <c>samples/prometheus</c> is: the configuration, whatever it refers to, and <c>targets</c>.
    /// Relative paths in the configuration therefore hold as they are. Only the addresses follow those of this run.
    /// </summary>
    /// <param name="options">Where Prometheus listens.</param>
    /// <param name="programs">Where Prometheus is, and whether there is an Alertmanager.</param>
    /// <param name="folder">The folder to fill.</param>
    /// <param name="targetsFolder">The folder that the daemon writes into. It exists: Prometheus watches it from its start.</param>
    public static ProgramStart Prepare(SandboxOptions options, Programs programs, string folder, string targetsFolder)
    {
        var source = Path.Combine(Programs.SamplesFolder, "prometheus");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            if (!Path.GetRelativePath(source, file).StartsWith("targets/", StringComparison.Ordinal))
            {
                var copy = Path.Combine(folder, Path.GetRelativePath(source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        Directory.CreateSymbolicLink(Path.Combine(folder, "targets"), targetsFolder);
        var configuration = Path.Combine(folder, "prometheus.yml");
        var moved = new Dictionary<string, string>
        {
            [$"{SandboxOptions.Default.Prometheus}"] = $"{options.Prometheus}",
            [$"{SandboxOptions.Default.Web}"] = $"{options.Web}",
        };

        // In one pass: the new address of one may be the default of the other.
        File.WriteAllText(configuration, Regex.Replace(
            File.ReadAllText(configuration),
            string.Join('|', moved.Keys.Select(Regex.Escape)),
            address => moved[address.Value]));
        if (programs.Alertmanager is not null)
        {
            File.WriteAllText(Path.Combine(folder, "alertmanagers.yml"), $"- targets: ['{options.Alertmanager}']\n");
        }

        return new ProgramStart(
            "prometheus",
            programs.Prometheus,
            $"--config.file={configuration}",
            $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            $"--web.listen-address={options.Prometheus}");
    }
}

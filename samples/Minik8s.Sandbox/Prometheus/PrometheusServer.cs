using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Prometheus;

/// <summary>Prometheus with the repository's own configuration.</summary>
internal static class PrometheusServer
{
    /// <summary>
    /// Lays out a folder as <c>samples/prometheus</c> is: the configuration, whatever it refers to, and <c>targets</c>.
    /// Relative paths in the configuration therefore hold as they are. Only the fixed addresses, Prometheus' own and the daemon's, follow the options.
    /// </summary>
    /// <param name="options">Where Prometheus and the daemon listen.</param>
    /// <param name="programs">Where Prometheus is.</param>
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
        var text = File.ReadAllText(configuration);
        File.WriteAllText(configuration, text
            .Replace($"{SandboxOptions.Default.Prometheus}", $"{options.Prometheus}", StringComparison.Ordinal)
            .Replace($"{SandboxOptions.Default.Web}", $"{options.Web}", StringComparison.Ordinal));
        return new ProgramStart(
            "prometheus",
            programs.Prometheus,
            $"--config.file={configuration}",
            $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            $"--web.listen-address={options.Prometheus}");
    }
}

using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Grafana;

/// <summary>A Grafana that is installed here.</summary>
/// <param name="Path">The executable.</param>
/// <param name="Home">The folder with its pages and its default settings; null: it has to find them itself.</param>
/// <param name="BundledPlugins">The folder with its bundled plugins; null: it has to find them itself.</param>
internal sealed record GrafanaProgram(string Path, string? Home, string? BundledPlugins)
{
    private const string PackageHome = "/usr/share/grafana";
    private const string PackageBundledPlugins = "/var/lib/grafana/plugins-bundled";

    /// <summary>The one of the PATH, by its name or by that of old versions; null when there is none.</summary>
    public static GrafanaProgram? Find()
    {
        if (Programs.OnPath("grafana", "grafana-server") is not { } path)
        {
            return null;
        }

        var program = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

        // The packages put a script in the way. It reads the system's own settings, which may be closed to us, and old
        // ones do not pass on the signal that is to end Grafana. What it starts is started directly instead.
        var packaged = System.IO.Path.Combine(PackageHome, "bin", System.IO.Path.GetFileName(path));
        if (System.IO.Path.GetDirectoryName(program) is "/usr/sbin" or "/usr/bin" && File.Exists(packaged))
        {
            return new GrafanaProgram(packaged, PackageHome, Existing(PackageBundledPlugins));
        }

        // An unpacked release: bin/grafana beside conf/.
        var home = System.IO.Path.GetFullPath(System.IO.Path.Combine(program, "..", ".."));
        return new GrafanaProgram(path, File.Exists(System.IO.Path.Combine(home, "conf", "defaults.ini")) ? home : null, BundledPlugins: null);
    }

    private static string? Existing(string folder) => Directory.Exists(folder) ? folder : null;
}

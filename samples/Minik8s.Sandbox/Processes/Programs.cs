using System.Reflection;
using System.Runtime.InteropServices;
using Minik8s.Sandbox.Grafana;

namespace Minik8s.Sandbox.Processes;

/// <summary>Where the programs are that the sandbox starts.</summary>
/// <param name="ApiServer">The sample API server, built with the sandbox.</param>
/// <param name="Daemon">minik8s-filesd, built with the sandbox unless another binary was given.</param>
/// <param name="MetricsApp">The program that runs in every pod, built with the sandbox.</param>
/// <param name="Prometheus">The real one, from the PATH.</param>
/// <param name="NodeExporter">The real one, from the PATH: by Debian's name or by its own.</param>
/// <param name="Alertmanager">The real one, from the PATH; null when it is not there or not wanted.</param>
/// <param name="Grafana">The real one, from the PATH; null when it is not there or not wanted.</param>
internal sealed record Programs(
    string ApiServer,
    string Daemon,
    string MetricsApp,
    string Prometheus,
    string NodeExporter,
    string? Alertmanager,
    GrafanaProgram? Grafana)
{
    public const string DaemonVariable = "MINIK8S_FILESD_BINARY";

    public static string DotnetRoot { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    public static string SamplesFolder { get; } = Metadata("SamplesFolder");

    public static async Task<Programs> FindAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        await DebianPackages.EnsureAsync(
            options.NeedsAlertmanager ? [.. DebianPackages.Always, DebianPackages.Alertmanager] : DebianPackages.Always,
            options.InstallMissing,
            cancellationToken);
        return new Programs(
            Existing(Metadata("Program:Minik8s.ApiServer")),
            Existing(options.DaemonBinary
                ?? Environment.GetEnvironmentVariable(DaemonVariable) switch
                {
                    null or "" => Metadata("Program:minik8s-filesd"),
                    var given => Path.GetFullPath(given),
                }),
            Existing(Metadata("Program:Minik8s.MetricsApp")),
            OnPath(DebianPackages.Prometheus.Programs)!,
            OnPath(DebianPackages.NodeExporter.Programs)!,
            options.Alertmanager is null ? null : OnPath(DebianPackages.Alertmanager.Programs),
            options.Grafana is null ? null : GrafanaProgram.Find());
    }

    /// <summary>The first of these programs that the PATH has; null when it has none.</summary>
    public static string? OnPath(params IReadOnlyList<string> names) =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         where folder.Length > 0
         from name in names
         select Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string Existing(string path) => File.Exists(path)
        ? path
        : throw new SandboxException($"{path} does not exist. Those of this repository are made by: dotnet build");

    private static string Metadata(string key) =>
        typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}

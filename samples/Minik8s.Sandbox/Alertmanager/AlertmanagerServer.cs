using System.Net;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Alertmanager;

/// <summary>Alertmanager with the repository's own routes.</summary>
internal static class AlertmanagerServer
{
    /// <param name="address">Where Alertmanager listens.</param>
    /// <param name="program">Where Alertmanager is.</param>
    /// <param name="folder">The folder for all that it writes.</param>
    public static ProgramStart Prepare(IPEndPoint address, string program, string folder) => new(
        "alertmanager",
        program,
        $"--config.file={Path.Combine(Programs.SamplesFolder, "alertmanager", "alertmanager.yml")}",
        $"--storage.path={Path.Combine(folder, "data")}",
        $"--web.listen-address={address}",

        // Without this it looks for others of its kind, on every interface.
        "--cluster.listen-address=");
}

namespace Minik8s.Sandbox.Processes;

/// <summary>The API server, and the daemon that follows it.</summary>
internal static class ControlPlane
{
    public static ProgramStart ApiServer(SandboxOptions options, Programs programs) => new(
        "api-server",
        programs.ApiServer,
        [
            "--listen", $"{options.Api}",
            .. options.Classic is { } classic ? ["--classic-address", $"{classic}"] : (string[])[],
        ]);

    /// <param name="targetsFolder">The folder that it writes into.</param>
    public static ProgramStart Daemon(SandboxOptions options, Programs programs, string targetsFolder) => new(
        "minik8s-filesd",
        programs.Daemon,
        [
            .. options.Classic is { } classic
                ? ["--api.server", $"http://{classic}", "--api.dialect", "minik8s"]
                : (string[])["--api.server", $"http://{options.Api}"],
            "--targets.dir", targetsFolder,
            "--node.port", $"{options.NodePort}",
            "--web.listen-address", $"{options.Web}",
            "--prometheus.url", $"http://{options.Prometheus}",
        ]);
}

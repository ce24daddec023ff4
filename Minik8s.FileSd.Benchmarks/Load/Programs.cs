using System.ComponentModel;
using System.Diagnostics;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>Whether the programs that are to be measured, or measured with, are there.</summary>
internal static class Programs
{
    public static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>The daemon can be executed, and has a version.</summary>
    /// <exception cref="ArgumentException">It is not so, and why.</exception>
    public static async Task CheckDaemonAsync(string path, CancellationToken stop)
    {
        if (!File.Exists(path))
            throw new ArgumentException($"there is no {path}; at the root of the repository, dotnet publish Minik8s.FileSd -c Release --use-current-runtime -o artifacts/native makes it");
        try
        {
            using var asked = Process.Start(new ProcessStartInfo(path, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            try
            {
                await Task.WhenAll(asked.StandardOutput.ReadToEndAsync(stop), asked.StandardError.ReadToEndAsync(stop));
                await asked.WaitForExitAsync(stop);
            }
            finally
            {
                asked.Kill();
            }

            if (asked.ExitCode != 0)
                throw new ArgumentException($"--daemon \"{path}\" is not the daemon: with --version it ends with the code {asked.ExitCode}");
        }
        catch (Win32Exception fault)
        {
            throw new ArgumentException($"--daemon \"{path}\" cannot be executed: {fault.Message}", fault);
        }
    }
}

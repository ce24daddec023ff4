using System.Diagnostics;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>A command of the daemon as a process of its own, until it ends.</summary>
internal sealed record CommandRun(int Code, string Output, string Errors)
{
    /// <summary>In an environment without a locale.</summary>
    public static async Task<CommandRun> Of(params string[] arguments)
    {
        var start = new ProcessStartInfo(Daemon.Binary, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var locale in (string[])["LC_ALL", "LC_CTYPE", "LANG"])
            start.Environment.Remove(locale);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await errors);
    }
}

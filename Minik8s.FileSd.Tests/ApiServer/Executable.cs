using System.ComponentModel;
using System.Diagnostics;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>What a finished process said.</summary>
internal sealed record Finished(int Code, string Out, string Error);

/// <summary>Real programs, run and waited for.</summary>
internal static class Executable
{
    public static Process Start(string file, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new AssertionException($"{file} cannot be run ({missing.Message}). These tests need it on the PATH.");
        }
    }

    public static async Task<Finished> RunAsync(
        string file,
        IEnumerable<string> args,
        IReadOnlyDictionary<string, string>? environment = null,
        TimeSpan? longest = null)
    {
        using var process = Start(file, args, environment);
        using var patience = new CancellationTokenSource(longest ?? ApiClient.Patience, TimeProvider.System);
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return new Finished(process.ExitCode, await said, await complained);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

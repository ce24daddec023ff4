using System.Diagnostics;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>Processes that others have started, by their ids.</summary>
internal static class Processes
{
    /// <summary>The ids that a line of shell such as <c>echo $$ > file</c> has written, once there are any.</summary>
    public static async Task<string[]> IdsIn(string path)
    {
        await Eventually.Holds(() => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'), $"a process has written its id into {path}");
        return (await File.ReadAllTextAsync(path)).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    /// <remarks>One that has ended and of which nobody has asked the exit code is there still, without a command line.</remarks>
    public static Task HasEnded(string id) => Eventually.Holds(
        () =>
        {
            try
            {
                return File.ReadAllText($"/proc/{id}/cmdline").Length == 0;
            }
            catch (IOException)
            {
                return true;
            }
        },
        $"process {id} has ended");

    /// <summary>Ends one that must be running still.</summary>
    public static async Task End(string id)
    {
        using var kill = Process.Start("kill", [id]);
        await kill.WaitForExitAsync();
        kill.ExitCode.Should().Be(0, "process {0} was running until now", id);
    }
}

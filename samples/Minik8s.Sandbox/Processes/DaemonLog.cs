namespace Minik8s.Sandbox.Processes;

/// <summary>What the daemon's log says.</summary>
internal static class DaemonLog
{
    /// <summary>
    /// Whether the daemon has brought a target file up to date. That the file exists says nothing: a folder that was
    /// given may hold one of an earlier run, which is not written again when it is right.
    /// </summary>
    public static bool SaysPublished(string log, string file) =>
        File.Exists(log) && File.ReadLines(log).Any(line =>
            line.Contains(file, StringComparison.Ordinal)
            && (line.Contains("Wrote ", StringComparison.Ordinal)
                || line.Contains("already says the same", StringComparison.Ordinal)));
}

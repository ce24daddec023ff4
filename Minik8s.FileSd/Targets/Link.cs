namespace Minik8s.FileSd.Targets;

/// <summary>Symbolic links.</summary>
internal static class Link
{
    /// <summary>What a link leads to in the end, be it there or not; any other path is its own.</summary>
    public static string Target(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // There is nothing, or it leads nowhere, or may not be looked at.
            return path;
        }
    }
}

using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Scraping;

/// <summary>What keeps other users from reading a target file: Prometheus is most often another user.</summary>
internal static class ReadObstacle
{
    private const UnixFileMode Enter = UnixFileMode.OtherExecute;
    private const UnixFileMode Read = UnixFileMode.OtherRead;

    /// <summary>The nearest to the file; null when its mode and those of its folders let everybody read it.</summary>
    /// <remarks>Prometheus has to read the folder, too: else it can neither look for files nor watch it.</remarks>
    public static string? Of(string path)
    {
        if (Lacks(path, Read) is { } file)
            return $"{file}: other users may not read it (chmod 0644)";
        var folder = Path.GetDirectoryName(path);
        if (folder is not null && Lacks(folder, Read | Enter) is { } closed)
            return $"the folder {closed}: other users may not look into it (chmod 0755)";
        for (folder = Path.GetDirectoryName(folder); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Lacks(folder, Enter) is { } above)
                return $"the folder {above}: other users may not pass through it (chmod o+x, or take another place by --targets.dir)";
        }

        return null;
    }

    private static string? Lacks(string path, UnixFileMode wanted) => Posix.Rights(path) is { } rights && (rights.Mode & wanted) != wanted
        ? $"{path} has the mode {Convert.ToString((int)rights.Mode, 8).PadLeft(4, '0')} and is of user {rights.User} and group {rights.Group}"
        : null;
}

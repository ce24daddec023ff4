using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Commands;

/// <summary>Whether target files can be written, as the daemon writes them, and read by Prometheus. Nothing stays of the trial.</summary>
internal static class FolderCheck
{
    private const UnixFileMode Enter = UnixFileMode.OtherExecute;

    public static IEnumerable<Tick> Ticks(string folder, IReadOnlyList<string> names)
    {
        const string written = "folder";
        var exists = Directory.Exists(folder);
        var nearest = folder;
        while (!Directory.Exists(nearest) && Path.GetDirectoryName(nearest) is { } parent)
            nearest = parent;
        yield return Fault(() => Staging.Try(nearest, isTargetFolder: exists)) is { } fault
            ? new(TickState.Bad, written, $"{nearest} cannot be written to: {fault}", "give the daemon's user the right to write there, or name another folder by --targets.dir")
            : exists ? new(TickState.Good, written, $"{folder} can be written to, by way of .staging on the same file system")
            : new(TickState.Warning, written, $"{folder} is not there", "the daemon creates it; Prometheus watches only a folder that was there when it started");

        var closed = Parents(nearest).FirstOrDefault(each => !File.GetUnixFileMode(each).HasFlag(Enter));
        if (closed is not null)
            yield return new(TickState.Warning, "readable", $"no other user may enter {closed}", $"if Prometheus runs as another one: chmod o+x {closed}");
        else if (names.Select(name => Path.Combine(folder, name)).FirstOrDefault(IsUnreadable) is { } unreadable)
            yield return new(TickState.Warning, "readable", $"no other user may read {unreadable}", "the daemon gives its files the mode 0644");
        else if (!exists)
            yield return new(TickState.Open, "readable", "it cannot be said before the folder is there");
        else
            yield return new(TickState.Good, "readable", "every user may enter the folder and read the files");
    }

    private static string? Fault(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    private static IEnumerable<string> Parents(string folder)
    {
        for (var each = folder; each is { Length: > 0 }; each = Path.GetDirectoryName(each))
            yield return each;
    }

    private static bool IsUnreadable(string path) => Posix.Stamp(path) is { } stamp && !stamp.Mode.HasFlag(UnixFileMode.OtherRead);
}

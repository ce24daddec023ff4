using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Commands;

/// <summary>Whether target files can be written, as the daemon writes them, and read by Prometheus. Nothing stays of the trial.</summary>
internal static class FolderCheck
{
    public static IEnumerable<Tick> Ticks(string folder, IReadOnlyList<string> names)
    {
        const string written = "folder";
        var exists = Directory.Exists(folder);
        var nearest = folder;
        while (!Directory.Exists(nearest) && Path.GetDirectoryName(nearest) is { } parent)
            nearest = parent;
        yield return Trial.Fault(() => Staging.Try(nearest, isTargetFolder: exists)) is { } fault
            ? new(TickState.Bad, written, $"{nearest} cannot be written to: {fault}", "give the daemon's user the right to write there, or name another folder by --targets.dir")
            : exists ? new(TickState.Good, written, $"{folder} can be written to, by way of .staging on the same file system")
            : new(TickState.Warning, written, $"{folder} is not there", "the daemon creates it; Prometheus watches only a folder that was there when it started");

        if (names.Select(name => ReadObstacle.Of(Path.Combine(folder, name))).FirstOrDefault(each => each is not null) is { } obstacle)
            yield return new(TickState.Warning, "readable", obstacle, "it matters where Prometheus runs as another user than the daemon");
        else if (!exists)
            yield return new(TickState.Open, "readable", "it cannot be said before the folder is there");
        else
            yield return new(TickState.Good, "readable", "every user may enter the folder and read the files");
    }
}

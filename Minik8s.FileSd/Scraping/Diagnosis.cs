using System.Globalization;

namespace Minik8s.FileSd.Scraping;

/// <summary>What sort of thing keeps Prometheus from having, or scraping, the targets of a file.</summary>
internal enum DiagnosisKind
{
    /// <summary>No pattern of <c>files:</c> leads to it.</summary>
    WrongGlob,

    /// <summary>A pattern leads to it, and Prometheus has nothing from there.</summary>
    NotFound,

    /// <summary>Prometheus may not read it.</summary>
    Unreadable,

    /// <summary>Prometheus sees an older file and keeps seeing it.</summary>
    OldFile,

    /// <summary>Prometheus sees it, but only when it looks by itself: it is not notified.</summary>
    Late,

    /// <summary>Prometheus has read it and yet has other targets.</summary>
    NotTaken,

    /// <summary>Its relabelling drops all of them.</summary>
    AllDropped,

    /// <summary>It has all of them, and some cannot be scraped.</summary>
    Failing,
}

/// <summary>What is wrong and what to do, in a sentence or two.</summary>
internal sealed record Diagnosis(DiagnosisKind Kind, string Text)
{
    private const int MostPatterns = 5;

    /// <summary>Null when nothing is wrong, or when Prometheus may still be about to do by itself what it lacks.</summary>
    public static Diagnosis? Of(Evidence seen)
    {
        var difference = seen.Difference;
        if (seen.Lag > seen.Grace)
            return difference.Source is null ? NoSource(seen) : WithSource(seen, difference.Source);
        if (seen.Published > 0 && difference is { Dropped: > 0, Missing.Count: 0 } && difference.Dropped >= seen.Published)
        {
            return new(DiagnosisKind.AllDropped,
                $"Prometheus reads {Shown(difference.Source)} and drops all {difference.Dropped} of its targets: see the relabel_configs of its job{Jobs(difference)}");
        }

        return difference.Failing is [var example, ..] ? Failing(seen, example) : null;
    }

    private static Diagnosis Failing(Evidence seen, ScrapedTarget example)
    {
        var error = example.Error ?? "Prometheus does not say why";
        var hint = ScrapeHint.Of(error) is { } known ? $" ({known})" : "";
        return new(DiagnosisKind.Failing,
            $"{seen.Difference.Failing.Count} of {seen.Published} targets cannot be scraped, such as {Printable.Short(example.Address)}: {error}{hint}");
    }

    private static Diagnosis NoSource(Evidence seen)
    {
        var (name, path) = (seen.File.Name, seen.File.Path);
        if (seen.Configs is [])
        {
            return new(DiagnosisKind.WrongGlob,
                $"No scrape job of Prometheus has file_sd_configs: give one the line files: [{path}], or where that is inside of its container");
        }

        var patterns = seen.Configs?.SelectMany(config => config.Patterns).Distinct().ToList();
        var meant = patterns?.Where(pattern => FilePattern.Matches(pattern, name)).ToList();
        if (meant is [])
            return new(DiagnosisKind.WrongGlob, $"No files: pattern of Prometheus matches {name}, which is {path} here; it reads {List(patterns!)}. Name the file in files: of a job's file_sd_configs");

        var elsewhere = meant?.TrueForAll(pattern => !FilePattern.MayBeSame(path, FilePattern.Folder(pattern) is { Length: > 0 } folder ? $"{folder}/{name}" : name)) == true;
        if (seen.Obstacle is { } obstacle && !elsewhere)
            return new(DiagnosisKind.Unreadable, $"Prometheus has nothing from {name}, and {obstacle}, unless it runs as that user");
        if (seen.Difference.Stranger is { } stranger)
        {
            return new(DiagnosisKind.NotFound,
                $"Prometheus reads a {name} at {Shown(stranger)}, of whose targets none is in {path}: that is another file, or this one as it was long ago; "
                + "let files: name this one, and mount its folder, not the single file");
        }

        if (seen.ReadErrors > 0)
            return new(DiagnosisKind.Unreadable, $"Prometheus has nothing from {name} and could not read a target file {seen.ReadErrors:0} times: its log says which and why; {Owned(seen)}");
        if (elsewhere)
        {
            return new(DiagnosisKind.WrongGlob,
                $"Prometheus reads {List(meant!)} and finds no {name} there; here it is {path}: let files: name that, or mount its folder there");
        }

        return new(DiagnosisKind.NotFound, meant is null
            ? $"Prometheus has nothing from a file called {name}: do its files: name {path}, and is that the same folder where it runs?"
            : $"Prometheus reads {List(meant)} and has nothing from there: is {FilePattern.Folder(path)} the same folder where it runs, and was it there when Prometheus started? "
                + $"Else it looks again after {Refresh(seen)}");
    }

    private static Diagnosis WithSource(Evidence seen, string source)
    {
        var lacks = Lacks(seen);
        if (WatchedFile.IsUrl(source))
            return new(DiagnosisKind.Late, $"Prometheus {lacks} what {Shown(source)} says: it asks there only at its refresh_interval, or the address is of another daemon");
        if (seen.ReadErrors > 0 || (seen.Own?.ReadErrors is null && seen.Obstacle is not null))
            return new(DiagnosisKind.Unreadable, $"Prometheus {lacks} and could not read a target file {seen.ReadErrors:0} times since: {Owned(seen)}");
        if (seen.SeenAt is not null && !seen.IsBehind)
        {
            return new(DiagnosisKind.NotTaken,
                $"Prometheus has read {Shown(source)} as it is, and yet {lacks}: its log says why; another Prometheus at --prometheus.url than the one that is meant?");
        }

        var old = $"Prometheus {lacks}: at {Shown(source)} it still sees the file as it was {Ago(seen)} ago";
        var watch = seen.Own?.WatchErrors > 0 ? $" It counts {seen.Own.WatchErrors:0} errors of watching folders: are there enough inotify instances (fs.inotify.max_user_instances)?" : "";
        if (seen.WasLate)
        {
            return new(DiagnosisKind.Late,
                $"{old}, and the last time it came late, too: it is not notified, as on a network volume or where the folder was made anew; set refresh_interval: 15s, or start Prometheus again.{watch}");
        }

        return seen.Lag > Interval(seen) + seen.Grace
            ? new(DiagnosisKind.OldFile, $"{old}, longer than its refresh_interval: most likely the single file is mounted, which keeps showing the old one; mount its folder instead")
            : new(DiagnosisKind.OldFile, $"{old}. If the single file is mounted, that stays so: mount its folder instead. If the volume does not notify, it ends after {Refresh(seen)}: set refresh_interval: 15s.{watch}");
    }

    private static string Lacks(Evidence seen) => (seen.Difference.Missing.Count, seen.Difference.Extra.Count) switch
    {
        (0, 0) => "does not have the newest labels",
        (var missing, 0) => $"lacks {missing} of {seen.Published} targets",
        (0, var extra) => extra == 1 ? "still has 1 target that is gone" : $"still has {extra} targets that are gone",
        var (missing, extra) => $"lacks {missing} of {seen.Published} targets and still has {extra} that are gone",
    };

    private static string Owned(Evidence seen) => seen.Obstacle ?? $"the modes of {seen.File.Path} let everybody read it; are those of its volume others where Prometheus runs, or is it another file?";

    private static string Ago(Evidence seen) => seen is { SeenAt: { } before, WrittenAt: { } now } && now > before
        ? string.Create(CultureInfo.InvariantCulture, $"{seen.Lag.TotalSeconds + now - before:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{seen.Lag.TotalSeconds:0} s");

    /// <summary>Of the jobs that read the file; the standard one where it is not known.</summary>
    private static TimeSpan Interval(Evidence seen) => seen.Configs?
        .Where(config => config.Patterns.Any(pattern => FilePattern.Matches(pattern, seen.File.Name)))
        .Select(config => (TimeSpan?)config.RefreshInterval).Max() ?? ConfigReader.StandardRefresh;

    private static string Refresh(Evidence seen) => string.Create(CultureInfo.InvariantCulture, $"{Interval(seen).TotalSeconds:0} s (refresh_interval)");

    private static string Jobs(Difference difference) =>
        string.Concat(difference.Targets.Select(target => target.Pool).Distinct().Take(MostPatterns).Select(pool => $" {Shown(pool)}"));

    private static string List(List<string> patterns) =>
        string.Join(", ", patterns.Take(MostPatterns).Select(Shown)) + (patterns.Count > MostPatterns ? $" and {patterns.Count - MostPatterns} more" : "");

    private static string Shown(string? text) => Printable.Short(text ?? "");
}

namespace Minik8s.FileSd.Scraping;

/// <summary>A path of <c>files:</c>, in which the last segment may be a pattern as of Go's <c>filepath.Match</c>.</summary>
internal static class FilePattern
{
    /// <summary>Whether its last segment matches the name of a file.</summary>
    public static bool Matches(string pattern, string name)
    {
        var segment = pattern[(pattern.LastIndexOf('/') + 1)..];
        var (at, next, star, retry) = (0, 0, -1, 0);
        while (next < name.Length)
        {
            if (at < segment.Length && segment[at] == '*')
                (star, retry, at) = (at, next, at + 1);
            else if (One(segment, at, name[next]) is { } length)
                (at, next) = (at + length, next + 1);
            else if (star >= 0)
                (at, next) = (star + 1, ++retry);
            else
                return false;
        }

        return segment.AsSpan(at).Trim('*').IsEmpty;
    }

    /// <summary>The folder of a path; empty when it has none.</summary>
    public static string Folder(string path) => path[..(path.LastIndexOf('/') + 1)].TrimEnd('/');

    /// <summary>Whether both may be one path: a relative one starts from a folder that is not known.</summary>
    public static bool MayBeSame(string ours, string theirs) =>
        ours == theirs || (!theirs.StartsWith('/') && ours.EndsWith('/' + (theirs.StartsWith("./", StringComparison.Ordinal) ? theirs[2..] : theirs), StringComparison.Ordinal));

    /// <returns>Characters of the pattern that stand for this one; null when they do not.</returns>
    private static int? One(string pattern, int at, char character)
    {
        if (at >= pattern.Length)
            return null;
        switch (pattern[at])
        {
            case '?':
                return 1;
            case '\\' when at + 1 < pattern.Length:
                return pattern[at + 1] == character ? 2 : null;
            case '[' when pattern.IndexOf(']', Math.Min(at + 2, pattern.Length)) is > 0 and var end:
                var set = pattern[(at + 1)..end];
                var negated = set.StartsWith('^');
                return InSet(negated ? set[1..] : set, character) != negated ? end + 1 - at : null;
            default:
                return pattern[at] == character ? 1 : null;
        }
    }

    private static bool InSet(string set, char character)
    {
        for (var i = 0; i < set.Length; i++)
        {
            var (from, to) = (set[i], set[i]);
            if (i + 2 < set.Length && set[i + 1] == '-')
                (to, i) = (set[i + 2], i + 2);
            if (character >= from && character <= to)
                return true;
        }

        return false;
    }
}

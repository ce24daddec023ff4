namespace Minik8s.FileSd.Explaining;

/// <summary>What somebody may have meant who has written something else.</summary>
internal static class NearMiss
{
    /// <summary>Longer words are not compared: nobody mistypes one, and the cost grows with its square.</summary>
    private const int Longest = 100;

    /// <summary>In what <paramref name="seen"/> differs from what is wanted, in a few words; null where it is another word altogether.</summary>
    public static string? Words(string seen, string wanted) =>
        seen == wanted || wanted.Length == 0 ? null
        : seen.Trim() == wanted ? "which has a space around it"
        : seen.Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase) ? "and upper and lower case are told apart"
        : Distance(seen, wanted) is { } distance && distance <= Most(wanted) ? "which looks like a slip of the pen"
        : null;

    /// <summary>Single characters to be inserted, deleted, replaced or swapped with their neighbour; null where that is not worth counting.</summary>
    public static int? Distance(string some, string other)
    {
        if (some.Length > Longest || other.Length > Longest || Math.Abs(some.Length - other.Length) > 3)
            return null;
        var rows = new int[some.Length + 1, other.Length + 1];
        for (var i = 0; i <= some.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var same = char.ToLowerInvariant(some[i - 1]) == char.ToLowerInvariant(other[j - 1]);
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && some[i - 1] == other[j - 2] && some[i - 2] == other[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[some.Length, other.Length];
    }

    /// <summary>Of a short word every other is only a few letters away.</summary>
    private static int Most(string wanted) => wanted.Length <= 4 ? 1 : 2;
}

namespace Minik8s.FileSd.Options;

/// <summary>What somebody may have meant who wrote a word that there is not.</summary>
internal static class Spelling
{
    private const int MostSlips = 2;

    /// <summary>A slip in fewer letters than these could have been anything.</summary>
    private const int LettersToASlip = 3;

    /// <returns>The known word that is the fewest slips away; null when none is near.</returns>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        var near = known.Select(other => (Word: other, Slips: Slips(word, other))).OrderBy(each => each.Slips).FirstOrDefault();
        return near.Word is not null && near.Slips <= Math.Min(MostSlips, word.Length / LettersToASlip) ? near.Word : null;
    }

    /// <summary>Letters to be put in, left out or exchanged: Levenshtein's distance.</summary>
    private static int Slips(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (var i = 0; i < from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < to.Length; j++)
            {
                var exchanged = diagonal + (from[i] == to[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(exchanged, 1 + Math.Min(row[j], diagonal));
            }
        }

        return row[^1];
    }
}

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>How the load benchmark is run.</summary>
/// <param name="Binary">The daemon.</param>
/// <param name="Cases">Names of the cases, as the table has them; empty for all.</param>
/// <param name="Scale">Of the numbers of objects, 1 for those of the table.</param>
/// <param name="Seconds">How long a churn or an idle phase lasts.</param>
/// <param name="Changes">How many single changes are timed.</param>
/// <param name="Rounds">How often start-up and downloads are repeated; the median counts.</param>
/// <param name="More">Flags that the daemon is given besides.</param>
internal sealed record LoadSettings(
    string Binary, IReadOnlyList<string> Cases, double Scale, int Seconds, int Changes, int Rounds, IReadOnlyList<string> More)
{
    public int Scaled(int count) => Math.Max(10, (int)(count * Scale));
}

using Minik8s.FileSd.Options;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>How the load benchmark is run.</summary>
/// <param name="Binary">The daemon.</param>
/// <param name="Cases">Names of the cases; empty for all.</param>
/// <param name="Scale">Of the numbers of objects, 1 for those of the table.</param>
/// <param name="Seconds">How long a churn or an idle phase lasts.</param>
/// <param name="Changes">How many single changes are timed.</param>
/// <param name="Rounds">How often start-up and downloads are repeated; the median counts.</param>
/// <param name="More">Flags that the daemon is given besides.</param>
/// <param name="Options">What the daemon makes of them.</param>
/// <param name="Stop">Cancelled when the run is to end before it is done: every wait ends then.</param>
internal sealed record LoadSettings(
    string Binary, IReadOnlyList<string> Cases, double Scale, int Seconds, int Changes, int Rounds, IReadOnlyList<string> More, FileSdOptions Options,
    CancellationToken Stop)
{
    public int Scaled(int count) => Math.Max(10, (int)(count * Scale));

    /// <summary>Until what was done has come to rest; no longer than a churn itself, which is short where it is only tried out.</summary>
    public Task RestAsync(double seconds) => PauseAsync(Rest(seconds));

    public Task PauseAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, Stop);

    public TimeSpan Rest(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, Seconds));
}

namespace Minik8s.FileSd.Tests.Support;

/// <summary>Keeps a <see cref="Churn"/> from running away from a daemon, and counts what the daemon was told of it.</summary>
internal sealed class Pace(TestCluster cluster, Churn churn, EndpointClient web)
{
    /// <summary>How far ahead the churn may be: less than the server remembers for watches (10,000 events).</summary>
    private const int Ahead = 4_000;

    /// <summary>Changes that a list has told, and so no watch.</summary>
    private long _listed = churn.Told;

    private long _listsAtDrain;
    private int _marks;

    /// <summary>Lists until now, of nodes and of pods.</summary>
    public long Lists { get; private set; }

    /// <summary>Changes that watches have told until now, of nodes and of pods.</summary>
    public long Changes { get; private set; }

    /// <summary>Returns when the daemon is not too far behind.</summary>
    public async Task<Scrape> CatchUpAsync()
    {
        Scrape? last = null;
        await Eventually.Holds(
            async () =>
            {
                var lists = Lists;
                last = await LookAsync();
                if (Lists != lists)
                    await DrainAsync();
                return churn.Told - _listed - Changes <= Ahead;
            },
            "the daemon catches up");
        return last!;
    }

    /// <summary>
    /// Returns when the daemon has been told of everything. What no watch has told a list must have told; without a list each
    /// change must have come by a watch, and once.
    /// </summary>
    public async Task DrainAsync()
    {
        await LookAsync();
        var lists = Lists;
        var mark = $"127.9.{++_marks / 250}.{1 + (_marks % 250)}";
        churn.Mark(mark);
        await Eventually.Holds(() => Says(cluster.NodesFile, $"\"{mark}:9100\"") && Says(cluster.PodsFile, $"\"{mark}:2112\""), "all changes are in the files");
        await web.UntilReady();

        // A change is counted a moment after it is known.
        long seen;
        do
        {
            seen = Changes;
            await LookAsync();
        }
        while (Changes != seen);

        if (Lists == _listsAtDrain)
            (churn.Told - Changes).Should().Be(_listed, "each change is told once");
        (_listed, _listsAtDrain) = (churn.Told - Changes, Lists);
        if (Lists != lists)
            await DrainAsync();

        static bool Says(string file, string text) => File.Exists(file) && File.ReadAllText(file).Contains(text, StringComparison.Ordinal);
    }

    private async Task<Scrape> LookAsync()
    {
        var scrape = await web.ScrapeAsync();
        Lists = (long)scrape.Series.Where(series => series.StartsWith("minik8s_filesd_stream_lists_total{", StringComparison.Ordinal)).Sum(series => scrape.Value(series)!.Value);
        Changes = Sum("changes_total");
        return scrape;

        long Sum(string counter) => (long)(scrape[$"{counter}{{resource=\"nodes\"}}"] + scrape[$"{counter}{{resource=\"pods\"}}"])!;
    }
}

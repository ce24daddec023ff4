using Minik8s.ApiServer;
using Minik8s.ApiServer.Faults;
using Minik8s.ApiServer.Storage;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>What happens to an API server: it lies, is cut off, forgets its history, is restarted, killed, or restored from an older backup.</summary>
internal sealed class Accidents(ApiServerHost server, CountedChurn churn, Random random)
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<(Lie Lie, string Plural, FaultRule Rule, int Times)> _lies = [];
    private readonly HashSet<string> _emptied = [];
    private Snapshot _backup = server.Store.Current;

    /// <summary>What has happened how often; of lies, how many requests were answered with them.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Whether each lie has been told to somebody, or will be no more.</summary>
    public bool AllAreTold => _lies.TrueForAll(lie => lie.Rule.Matched > 0 || lie.Rule.Removed.IsCancellationRequested);

    /// <summary>One accident: three times in four a lie for each kind, else one of the server or its connections.</summary>
    public async Task HappenAsync()
    {
        if (random.Next(4) == 0)
            _backup = server.Store.Current;
        if (random.Next(4) != 0)
        {
            TellALie("nodes");
            TellALie("pods");
            await ProvokeAsync();
            return;
        }

        switch (random.Next(6))
        {
            case 0:
                await server.StopAsync();
                await DownAsync();
                await server.StartAgainAsync();
                Count("a restart");
                break;
            case 1:
                await server.KillAsync();
                await DownAsync();
                await server.StartAgainAsync();
                Count("a crash");
                break;
            case 2:
                await RestoreAsync();
                break;
            case 3:
                await CompactAsync();
                break;
            case 4:
                server.Faults.EndWatches();
                Count("all watches ended");
                break;
            default:
                server.Faults.ResetConnections();
                Count("all connections reset");
                break;
        }
    }

    /// <summary>From now on all is well.</summary>
    public void Calm()
    {
        server.Faults.Clear();
        foreach (var (lie, _, rule, times) in _lies)
            Count(lie.Name, Math.Min(rule.Matched, times));
        _lies.Clear();
        _emptied.Clear();
    }

    private void TellALie(string plural)
    {
        var lie = Lie.All[random.Next(Lie.All.Count)];
        var times = random.Next(1, 3);
        if (lie == Lie.EmptyList)
        {
            // One empty list may be a lie, two of them are the truth: until it is calm again there is no second. It is answered
            // by the server, and so only if no lie from before answers instead.
            if (!_emptied.Add(plural))
                return;
            times = 1;
            foreach (var former in _lies.Where(former => former.Plural == plural))
                former.Rule.Dispose();
        }

        _lies.Add((lie, plural, server.Faults.Add(lie.Make(random, plural), Meant(lie, plural), times: times), times));
    }

    private static Func<SeenRequest, bool> Meant(Lie lie, string plural) => request =>
        request.Resource == plural && (lie.OnlyLists is not { } lists || (lists ? request.IsList || request.IsStreamingList : request.IsWatch));

    /// <summary>Who is being answered well asks for nothing, and is told no lie.</summary>
    private Task ProvokeAsync()
    {
        switch (random.Next(3))
        {
            case 0:
                server.Faults.EndWatches();
                return Task.CompletedTask;
            case 1:
                server.Faults.ResetConnections();
                return Task.CompletedTask;
            default:
                return CompactAsync();
        }
    }

    /// <summary>When it is asked again it has forgotten what has happened since.</summary>
    private async Task CompactAsync()
    {
        server.Faults.ResetConnections();
        var cut = server.Store.Current.Version;
        await Eventually.Holds(() => server.Store.Current.Version > cut + 3, "something has changed");
        server.Store.Compact();
        Count("a compaction");
    }

    private async Task RestoreAsync()
    {
        await churn.StopAsync();
        await server.KillAsync();
        await DownAsync();
        await server.StartAgainAsync(_backup);
        churn.LookAgain();
        churn.Start();
        Count("a start from an older backup");
    }

    private Task DownAsync() => Task.Delay(TimeSpan.FromSeconds(3 * random.NextDouble()), TimeProvider.System);

    private void Count(string what, long times = 1) => _counts[what] = _counts.GetValueOrDefault(what) + times;
}

using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Commands;

/// <summary>Goes through all that the daemon needs, one thing after the other, and each is tried as the daemon does it.</summary>
internal sealed class CheckUp(
    FileSdOptions options, Func<AccessSource> findAccess, Func<AccessSource, HttpClient> connect, IPrometheusView? prometheus,
    IReadOnlyList<string> unknownVariables, TimeProvider time)
{
    public async IAsyncEnumerable<Tick> TicksAsync([EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(TickState.Good, "settings", "all of them are valid");
        foreach (var variable in unknownVariables)
            yield return new(TickState.Warning, "settings", $"{variable} looks like a setting and is none", "--help shows them all");
        await foreach (var tick in ServerAsync(stop))
            yield return tick;
        foreach (var tick in FolderCheck.Ticks(options.TargetsFolder, [options.NodesFile, options.PodsFile]))
            yield return tick;
        if (options.AuditFile is { } audit)
            yield return AuditCheck.Of(new(audit, options.AuditMaxBytes), audit);
        yield return await EndpointAsync(stop);
        foreach (var tick in await PrometheusAsync(stop))
            yield return tick;
    }

    private async IAsyncEnumerable<Tick> ServerAsync([EnumeratorCancellation] CancellationToken stop)
    {
        AccessSource? access = null;
        Tick server;
        try
        {
            access = findAccess();
            server = new(TickState.Good, "server", $"{access.First.Server}, found by {access.Origin}");
        }
        catch (AccessException fault)
        {
            server = new(TickState.Bad, "server", fault.Message);
        }

        yield return server;
        if (access is null)
            yield break;
        yield return await CredentialAsync(access, stop);
        if (access.First.Trust.IsSkipped)
            yield return new(TickState.Warning, "server", "its certificate is not checked", "name the authority that has issued it by --api.ca-file");
        using var http = connect(access);
        var watches = new WatchTrial(http, options, time);
        var pass = new ClusterPass(http, options, time);
        var (nodes, nodesTick) = await ListAsync("nodes", pass.NodesAsync, options.NodeSelector, options.Shard, stop);
        yield return nodesTick;
        if (nodes is not null)
            yield return await watches.NodesAsync(nodes, stop);
        var (pods, podsTick) = await ListAsync("pods", pass.PodsAsync, options.PodSelector, options.Shard, stop);
        yield return podsTick;
        if (pods is not null)
            yield return await watches.PodsAsync(pods, stop);
    }

    private static async Task<Tick> CredentialAsync(AccessSource access, CancellationToken stop)
    {
        try
        {
            return new(TickState.Good, "credential", $"it is shown {await access.Current().Credential.GetAsync(stop)}");
        }
        catch (AccessException fault)
        {
            return new(TickState.Bad, "credential", fault.Message);
        }
    }

    private static async Task<(Pass? Pass, Tick Tick)> ListAsync(
        string plural, Func<CancellationToken, Task<Pass>> list, LabelSelector selector, Shard? shard, CancellationToken stop)
    {
        var name = $"list {plural}";
        try
        {
            var pass = await list(stop);
            var selected = Counted.Of(pass.Content.Objects, plural.TrimEnd('s')) + (selector.Requirements.Count == 0 ? "" : $" with {selector.Text}");
            var give = pass.Content.Objects == 1 ? "gives" : "give";
            var fact = $"{selected} at {pass.Place} in the dialect {pass.Dialect}, which {give} {Counted.Of(pass.Content.Count, "target")}{(shard is null ? "" : $" of {shard}")}";
            return (pass, pass.Content.Objects == 0
                ? new(TickState.Warning, name, fact, selector.Requirements.Count == 0 ? null : "minik8s-filesd explain says why one is not selected")
                : new(TickState.Good, name, fact));
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            return (null, new(TickState.Bad, name, FaultText.Of(fault)));
        }
    }

    private async Task<Tick> EndpointAsync(CancellationToken stop)
    {
        const string name = "endpoint";
        if (options.WebAddress is not { } address)
            return new(TickState.Open, name, "--web.listen-address is empty: there are no metrics, no health and no page");
        try
        {
            using var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(address);
            listener.Listen();
            return new(TickState.Good, name, $"{address} can be listened on");
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            using var daemon = new DaemonClient(address, time);
            return await daemon.IsDaemonAsync(stop)
                ? new(TickState.Good, name, $"a daemon runs and answers at {address}")
                : new(TickState.Bad, name, $"something else listens at {address}", "name another address by --web.listen-address");
        }
        catch (SocketException fault)
        {
            return new(TickState.Bad, name, $"{address} cannot be listened on: {fault.Message}", "name another address by --web.listen-address");
        }
    }

    private static string Differences(FileComparison file) =>
        $"{file.MissingCount} of {Counted.Of(file.Published, "target")} missing, {file.ExtraCount} too many, {file.FailingCount} failing";

    private async Task<IReadOnlyList<Tick>> PrometheusAsync(CancellationToken stop)
    {
        const string name = "prometheus";
        if (prometheus is null || await prometheus.AskAsync(stop) is not { } state)
            return [new(TickState.Open, name, "it was not asked: --prometheus.url is not set")];
        if (state.Fault is { } fault)
            return [new(TickState.Bad, name, $"{state.Prometheus} cannot be asked: {fault}")];
        return
        [
            new(TickState.Good, name, $"{state.Prometheus} answers"),
            .. state.Files.Select(file => (file.Diagnosis, file.MissingCount + file.ExtraCount) switch
            {
                ({ } diagnosis, _) => new Tick(TickState.Bad, name, $"{file.File}: {Differences(file)}", diagnosis),
                (null, > 0) => new Tick(TickState.Open, name, $"{file.File}: {Differences(file)}, which may be its own way of up to {FileComparer.PrometheusOwn.TotalSeconds:0} s; check again"),
                _ => new Tick(TickState.Good, name, $"{file.File}: it has {(file.Published == 1 ? "the one target" : $"all {file.Published} targets")} of it"),
            }),
        ];
    }
}

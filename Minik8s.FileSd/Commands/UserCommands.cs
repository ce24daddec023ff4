using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Commands;

/// <summary>Carries out commands: the result on <paramref name="output"/>, what goes wrong on <paramref name="errors"/>.</summary>
internal sealed class UserCommands(
    FileSdOptions options, string version, TextWriter output, TextWriter errors, IDictionary environment, TimeProvider time)
{
    private const int Unknown = 2;

    /// <summary>The daemon, and if it is silent the API server and Prometheus: each has a share of the time.</summary>
    private const int AskedInTurn = 3;

    private readonly Screen _screen = new(output, Screen.IsUtf8(environment));

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(UserCommand command, IReadOnlyList<string> unknownVariables)
    {
        using var overdue = new CancellationTokenSource(command.Timeout, time);
        try
        {
            return command switch
            {
                UserCommand.Explain explain => await ExplainAsync(explain, overdue.Token),
                UserCommand.Diff diff => await DiffAsync(diff, overdue.Token),
                UserCommand.ShardPlan plan => await ShardPlanAsync(plan, overdue.Token),
                _ => await CheckAsync(unknownVariables, overdue.Token),
            };
        }
        catch (OperationCanceledException) when (overdue.IsCancellationRequested)
        {
            return Fail($"it is not done within {command.Timeout.TotalSeconds:0.###} s; --timeout gives it longer");
        }
        catch (Exception fault) when (fault is ApiException or HttpRequestException or IOException or JsonException or TimeoutException
            or LimitException or AccessException or UnauthorizedAccessException or ServerAwayException)
        {
            return Fail(FaultText.Of(fault));
        }
        catch (Exception fault)
        {
            // An exit code of 1 says something of the cluster, and so does not become this.
            return Fail($"{command.GetType().Name.ToLowerInvariant()} failed in a way that nobody has thought of, {fault.GetType().Name}: {fault.Message}");
        }
    }

    private async Task<int> ExplainAsync(UserCommand.Explain explain, CancellationToken stop)
    {
        var explanation = await AnswerAsync(explain, stop);
        if (explain.AsJson)
            await output.WriteLineAsync(JsonSerializer.Serialize(explanation, ExplanationJson.Default.Explanation));
        else
            ExplanationText.Print(explanation, _screen);
        return explanation.IsTarget switch
        {
            true => 0,
            false => 1,
            null => Unknown,
        };
    }

    private async Task<Explanation> AnswerAsync(UserCommand.Explain explain, CancellationToken stop)
    {
        var why = "--web.listen-address is empty, so that no daemon is asked";
        if (options.WebAddress is { } listens)
        {
            using var daemon = new DaemonClient(listens, time);
            var (answer, fault) = await daemon.ExplainAsync(explain.Subject, explain.Timeout / AskedInTurn, stop);
            if (answer is not null)
                return answer with { Source = $"{answer.Source} at {daemon.Address}, by its own settings; with --web.listen-address= those given here count" };
            why = fault!;
        }

        using var http = Http(FindAccess());
        using var prometheus = Prometheus();
        using var explainer = new Explainer(
            new ClusterLookup(http, options, time),
            new PassedFiles(new ClusterPass(http, options, time), options, $"the API server {http.BaseAddress} and the files in {options.TargetsFolder}, for {why}"),
            prometheus, options, time);
        return await explainer.ExplainAsync(explain.Subject, stop);
    }

    private async Task<int> DiffAsync(UserCommand.Diff diff, CancellationToken stop)
    {
        var (nodes, pods) = await ListAsync(options, stop);
        var report = new DiffReport(
        [
            FileDiff.Of(Path.Combine(options.TargetsFolder, options.NodesFile), nodes),
            FileDiff.Of(Path.Combine(options.TargetsFolder, options.PodsFile), pods),
        ]);
        if (diff.AsJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(report, DiffJson.Default.DiffReport));
        }
        else
        {
            foreach (var file in report.Files)
                DiffText.Print(file, _screen);
        }

        return report.Files.All(file => file.IsEmpty) ? 0 : 1;
    }

    /// <summary>By the whole cluster, whichever shard of it the daemon with these settings has.</summary>
    private async Task<int> ShardPlanAsync(UserCommand.ShardPlan asked, CancellationToken stop)
    {
        var (nodes, pods) = await ListAsync(options with { Shard = null }, stop);
        var plan = ShardPlan.Of(Addresses(nodes), Addresses(pods), asked.From, asked.To);
        if (asked.AsJson)
            await output.WriteLineAsync(JsonSerializer.Serialize(plan, ShardPlanJson.Default.ShardPlan));
        else
            ShardPlanText.Print(plan, _screen);
        return 0;

        static List<string> Addresses(Pass pass) => [.. pass.Content.Lines.Select(line => line.Address)];
    }

    private async Task<(Pass Nodes, Pass Pods)> ListAsync(FileSdOptions listed, CancellationToken stop)
    {
        var access = FindAccess();
        using var http = Http(access);
        var pass = new ClusterPass(http, listed, time);
        try
        {
            return (await pass.NodesAsync(stop), await pass.PodsAsync(stop));
        }
        catch (HttpRequestException fault)
        {
            throw new ServerAwayException(access, fault);
        }
    }

    private async Task<int> CheckAsync(IReadOnlyList<string> unknownVariables, CancellationToken stop)
    {
        var isWell = true;
        using var prometheus = Prometheus();
        await foreach (var tick in new CheckUp(options, FindAccess, Http, prometheus, unknownVariables, time).TicksAsync(stop))
        {
            tick.Print(_screen);
            isWell &= tick.State != TickState.Bad;
        }

        return isWell ? 0 : 1;
    }

    /// <summary>Prometheus' side, beside the files as they are on disk.</summary>
    private PrometheusWatch Prometheus() => new(
        options,
        [File(options.NodesFile, "/sd/nodes"), File(options.PodsFile, "/sd/pods")],
        null, $"minik8s-filesd/{version}", time, NullLogger.Instance)
    {
        LooksBack = true,
    };

    private FileComparer File(string name, string httpPath)
    {
        var path = Path.Combine(options.TargetsFolder, name);
        return new(new(path, httpPath), () => Posix.Stamp(path) is { IsRegular: true } stamp ? new(PassedFiles.OnDisk(path), stamp.Modified, (long)stamp.Size) : null, time);
    }

    private AccessSource FindAccess() => new AccessFinder(environment, InCluster.StandardFolder, time).Find(options.AccessWishes);

    private HttpClient Http(AccessSource access) => ApiClient.Create(access, $"minik8s-filesd/{version}");

    private int Fail(string words)
    {
        errors.WriteLine($"minik8s-filesd: {Printable.Of(words)}");
        return Unknown;
    }
}

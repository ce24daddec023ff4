using System.Net;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;

namespace Minik8s.FileSd.Commands;

/// <summary>Opens a watch and closes it again. A server without one is polled, which is worth a warning at most.</summary>
internal sealed class WatchTrial(HttpClient http, FileSdOptions options, TimeProvider time)
{
    /// <summary>A server may answer only with its first event.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Resources _resources = new(options.Dialect, options.NodesPath, options.PodsPath, new Bounds(options.Limits, time));

    public Task<Tick> NodesAsync(Pass pass, CancellationToken stop) => OpenAsync("watch nodes", _resources.Nodes(options.NodeSelector), pass, stop);

    /// <remarks>Of several namespaces the first: what differs between them are rights, which their lists have shown.</remarks>
    public Task<Tick> PodsAsync(Pass pass, CancellationToken stop) =>
        OpenAsync("watch pods", _resources.Pods(options.PodSelector, options.PodNamespaces is [var first, ..] ? first : ""), pass, stop);

    private async Task<Tick> OpenAsync<T>(string name, IReadOnlyList<Resource<T>> places, Pass pass, CancellationToken stop)
        where T : class, IResource
    {
        var polled = $"they are polled every {options.Follow.PollInterval.TotalSeconds:0.###} s";
        if (options.Follow.Mode is { } mode and not FollowMode.Watch)
            return new(TickState.Good, name, $"none is asked for: --api.follow is {(mode == FollowMode.Poll ? "poll" : "long-poll")}");
        var place = places.First(each => $"/{each.Path}" == pass.Place && each.Dialect == pass.Dialect);
        var api = new ResourceApi<T>(http, place, time);
        using var overdue = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, stop);
        try
        {
            await foreach (var said in api.WatchAsync(new WatchQuery(pass.Version ?? "0", TimeSpan.FromSeconds(1)), either.Token))
            {
                // That it is opened says nothing where the answer is a list: what comes then does.
                if (said.Type == WatchEventType.Error)
                    return new(TickState.Warning, name, $"the server ended it: {said.Error?.Message}");
                if (said.Type != WatchEventType.Opened || pass.Dialect == Dialect.Kubernetes)
                    break;
            }

            return new(TickState.Good, name, "the server tells each change");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new(TickState.Warning, name, $"it has not been answered within {Patience.TotalSeconds:0} s");
        }
        catch (ApiException refused) when (refused.Code is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            return new(TickState.Bad, name, refused.Message);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            return new(
                options.Follow.Mode == FollowMode.Watch ? TickState.Bad : TickState.Warning, name,
                $"there is none ({FaultText.Of(fault)}); {(options.Follow.Mode == FollowMode.Watch ? "--api.follow asks for one" : polled)}");
        }
    }
}

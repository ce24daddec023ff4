using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Streams;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd;

/// <summary>Keeps the two target files true to what the API server says of nodes and pods.</summary>
internal sealed class FileSdService(
    FileSdOptions options,
    Feed<Node> nodes,
    Feed<Pod> pods,
    IHostApplicationLifetime lifetime,
    ILogger<FileSdService> logger) : BackgroundService
{
    /// <summary>Ends by <paramref name="stoppingToken"/>, or with <c>--once</c> when both files are written.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One thread to a file: a disk that hangs holds up its own file and neither the other nor the streams.
        using var nodesScheduler = new EventLoopScheduler();
        using var podsScheduler = new EventLoopScheduler();
        await Observable.Merge(
                Keep(nodes, new NodeProjection(options.NodePort).Project, "Node", nodesScheduler),
                Keep(pods, new PodProjection(options.PodPortName).Project, "Pod", podsScheduler))
            .LastOrDefaultAsync()
            .ToTask(stoppingToken);
        lifetime.StopApplication();
    }

    private IObservable<Publication> Keep<T>(Feed<T> feed, Func<T, Verdict> project, string kind, IScheduler scheduler)
        where T : class, IResource =>
        feed.Reflector.Changes
            .RetryAfter(feed.Reflector.DelayAfter, DefaultScheduler.Instance)
            .TakeUntil(change => options.Once && change.Kind == ChangeKind.ListEnded)
            .Select(change => change.Select(Verdict.Total(project)))
            .Do(change => Tell(kind, change))
            .Select(change => change.Select(RenderedTargets.Of))
            .Scan(TargetSet.Unknown, (targets, change) => targets.Apply(change))
            .Where(targets => targets.IsComplete)
            .DistinctUntilChanged(targets => targets.Objects)
            .Do(feed.Changed)
            .Settle(options.SettleQuiet, options.SettleLimit, scheduler)
            .Do(feed.FileStatus.Writing)
            .Select(targets => Observable
                .Defer(() => Observable.Return(feed.File.Publish(targets)))
                .RetryAfter(feed.FileStatus.DelayAfter, scheduler))
            .Switch()
            .Do(feed.FileStatus.Published);

    private void Tell(string kind, Change<Verdict> change)
    {
        if (!logger.IsEnabled(LogLevel.Debug))
            return;
        switch (change.Object)
        {
            case Verdict.Target target:
                Log.Selected(logger, kind, Printable.Of(change.Key.ToString()), target.Groups.Count);
                break;
            case Verdict.NotTarget not:
                Log.NotSelected(logger, kind, Printable.Of(change.Key.ToString()), not.Reason.ToString(), Printable.Of(not.Fact));
                break;
        }
    }
}

using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Auditing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Streams;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd;

/// <summary>Keeps the two target files true to what the API server says of nodes and pods.</summary>
internal sealed class FileSdService(
    FileSdOptions options,
    Kind<Node> nodes,
    Kind<Pod> pods,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<FileSdService> logger,
    AuditTrail? audit = null) : BackgroundService
{
    private static readonly TimeSpan NodesPatience = TimeSpan.FromSeconds(10);

    /// <summary>Ends by <paramref name="stoppingToken"/>, or with <c>--once</c> when both files are written.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One thread to a file: a disk that hangs holds up its own file and neither the other nor the streams.
        using var nodesScheduler = new EventLoopScheduler();
        using var podsScheduler = new EventLoopScheduler();
        try
        {
            await Follow(nodes, options.JudgeNode)
                .Publish(nodeSets =>
                {
                    var podSets = Follow(pods, options.JudgePod);
                    return Observable.Merge(
                        Keep(nodes.Feed, nodeSets.Select(parts => new FileContent(parts)), nodesScheduler),
                        Keep(pods.Feed, Join(podSets, nodeSets), podsScheduler));
                })
                .LastOrDefaultAsync()
                .ToTask(stoppingToken);
        }
        finally
        {
            // A write that is under way is brought to its end. How long that may take is bounded where the process ends.
            await Task.WhenAll(Idle(nodesScheduler), Idle(podsScheduler));
            var told = Task.WhenAll(nodes.Feed.EndAsync(), pods.Feed.EndAsync());
            if (audit is not null)
                await audit.EndAsync(told, time);
        }

        lifetime.StopApplication();
    }

    /// <summary>
    /// The pods' targets with the labels of their nodes, where they are to have any. Those wait for the first list of nodes,
    /// and for no later one. For the mere name of a node, which the server does not tell, they wait no longer than <see cref="NodesPatience"/>.
    /// </summary>
    private IObservable<FileContent> Join(IObservable<IReadOnlyList<TargetSet>> pods, IObservable<IReadOnlyList<TargetSet>> nodes)
    {
        var late = options.Labels.NodeMetadata
            ? Observable.Empty<TargetSet>()
            : Observable.Timer(NodesPatience, DefaultScheduler.Instance).TakeUntil(nodes).Select(_ => TargetSet.Empty);
        return pods.CombineLatest(nodes.Select(known => known[0]).Merge(late).StartWith(TargetSet.Unknown(DropGuard.Off)), (parts, known) =>
                (Parts: parts, Nodes: options.Labels.NodeMetadata || FileContent.NeedsNodes(parts) ? known : null))
            .Where(joined => joined.Nodes is not { IsComplete: false })
            .DistinctUntilChanged()
            .Select(joined => new FileContent(joined.Parts, joined.Nodes));
    }

    /// <summary>What is known of a kind, once all of its streams have told a whole list, and whenever it changes.</summary>
    private IObservable<IReadOnlyList<TargetSet>> Follow<T>(Kind<T> kind, Func<T, Verdict> project)
        where T : class, IResource
    {
        var judge = new Judge<T>(project, kind.Feed, time, logger);
        return kind.Reflectors
            .Select(each => Observable.Concat(
                    Found(kind.Feed, each.Namespace),
                    each.Reflector.Changes
                        .RetryAfter(each.Reflector.DelayAfter, DefaultScheduler.Instance)
                        .Select(judge.Render))
                .Scan(TargetSet.Unknown(options.Guard), kind.Losses.Apply)
                .Do(targets => each.Reflector.Doubts(targets.Doubt))
                .Where(targets => targets.IsComplete)
                .TakeUntil(targets => options.Once && targets.Doubt.Held == 0)
                .DistinctUntilChanged(targets => targets.Objects))
            .CombineLatest<TargetSet, IReadOnlyList<TargetSet>>(parts => [.. parts]);
    }

    /// <summary>What an earlier run has published, as the first changes: the first list, too, is doubted if it drops most of that.</summary>
    private IObservable<Change<RenderedTargets>> Found(Feed feed, string @namespace) => Observable.Defer(() =>
    {
        var all = FoundTargets.Read(feed.File.Path);
        feed.Found(all);
        var found = all.Where(each => @namespace.Length == 0 || each.Key.Namespace == @namespace).ToList();
        if (found.Count == 0)
            return Observable.Empty<Change<RenderedTargets>>();
        Log.Found(logger, feed.File.Path, Count(found), feed.Plural);
        var own = FoundTargets.Divided(found, options.Shard);
        if (Count(own) < Count(found))
            Log.FoundOfOtherShards(logger, feed.File.Path, Count(found) - Count(own), options.Shard!);
        return own.Select(each => new Change<RenderedTargets>(ChangeKind.Found, each.Key, each.Value)).ToObservable();

        static int Count(IReadOnlyCollection<KeyValuePair<ObjectKey, RenderedTargets>> found) => found.Sum(each => each.Value.Groups.Count);
    });

    private IObservable<Publication> Keep(Feed feed, IObservable<FileContent> contents, IScheduler scheduler)
    {
        var remarks = new RemarkLog(logger, feed.FileStatus.Name, time);
        var reader = new ReaderRest(() => Bytes(nodes.Feed) + Bytes(pods.Feed));
        var writes = contents
            .Do(feed.Changed)
            .Settle(options.SettleQuiet, options.SettleLimit, () => reader.Time, scheduler)
            .Do(feed.Writing)
            .Do(remarks.Tell)
            .Select(content => Write(() => feed.File.Publish(content)))
            .Switch();

        // By a clock of its own, on the file's one thread: no change, however often it comes, puts the next look off.
        var repairs = Observable
            .Timer(FileCare.Interval, scheduler)
            .Where(_ => feed.Care.IsRepairDue())
            .SelectMany(_ => Write(feed.File.PublishAgain))
            .Repeat();
        return (options.Once ? writes : writes.Merge(repairs)).Do(feed.Published).Do(reader.Published);

        IObservable<Publication> Write(Func<Publication> publish) => Observable
            .Defer(() => Observable.Return(feed.Publish(publish)))
            .RetryAfter(feed.FileStatus.DelayAfter, scheduler);

        static long Bytes(Feed feed) => feed.FileStatus.State.Published?.Bytes ?? 0;
    }

    private static Task Idle(IScheduler scheduler)
    {
        var idle = new TaskCompletionSource();
        scheduler.Schedule(idle.SetResult);
        return idle.Task;
    }
}

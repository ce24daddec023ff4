using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Auditing;

/// <summary>
/// What the publishes of one file have changed: the last of them, and a line in the audit trail for each. It is found out
/// beside the file's thread, which goes on to the next write.
/// </summary>
/// <param name="file">Its name, without the folder.</param>
/// <param name="audit">Null for none.</param>
internal sealed class PublishHistory(string file, AuditTrail? audit, TimeProvider time, ILogger logger)
{
    /// <summary>Publishes that are remembered.</summary>
    public const int MostRemembered = 100;

    /// <summary>Addresses that are remembered of one of them.</summary>
    public const int MostExamples = 10;

    /// <summary>
    /// Publishes that wait to be compared. Each keeps its content alive, so they are few; one that finds no room is not told:
    /// no file waits for it.
    /// </summary>
    private const int MostWaiting = 8;

    private readonly Channel<Publish> _waiting = Channel.CreateBounded<Publish>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private FileContent? _last;
    private volatile IReadOnlyList<RecentPublish> _recent = [];
    private Task? _comparing;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<RecentPublish> Recent => _recent;

    /// <summary>What an earlier run has left in the file. What is told later of it counts no more.</summary>
    public void Found(IReadOnlyCollection<KeyValuePair<ObjectKey, RenderedTargets>> targets) =>
        _last ??= FoundTargets.Content(targets);

    /// <summary>The file says the content now. To be called by one thread.</summary>
    public void Published(FileContent content, Publication publication, Cause cause)
    {
        if (publication.Written)
        {
            var publish = new Publish(time.GetUtcNow(), file, cause, publication, _last, content);
            _comparing ??= Task.Run(CompareAsync);
            if (!_waiting.Writer.TryWrite(publish))
                audit?.Behind($"{MostWaiting} writes");
        }

        _last = content;
    }

    /// <summary>What was published is compared to its end. Nothing is to be published any more.</summary>
    public Task EndAsync()
    {
        _waiting.Writer.TryComplete();
        return _comparing ?? Task.CompletedTask;
    }

    private async Task CompareAsync()
    {
        await foreach (var publish in _waiting.Reader.ReadAllAsync())
        {
            try
            {
                var diff = TargetDiff.Between(publish.Before, publish.After);
                _recent = [Remembered(publish, diff), .. _recent.Take(MostRemembered - 1)];
                audit?.Write(AuditLine.Of(publish, diff));
            }
            catch (Exception fault)
            {
                // An error in this program, but none for which a file should have to wait.
                Log.NotCompared(logger, file, fault);
                audit?.Lost();
            }
        }
    }

    private static RecentPublish Remembered(Publish publish, TargetDiff diff) => new(
        publish.At, publish.Cause, diff.Added.Count, diff.Removed.Count, diff.Relabelled.Count,
        publish.Publication.Targets, publish.Publication.Bytes,
        [
            .. diff.Added.Select(line => $"+{Printable.Short(line.Address)}")
                .Concat(diff.Removed.Select(line => $"-{Printable.Short(line.Address)}"))
                .Concat(diff.Relabelled.Select(each => $"~{Printable.Short(each.After.Address)}"))
                .Take(MostExamples),
        ]);
}

/// <summary>One publish, and what the file said before it; null when it was none of ours.</summary>
internal sealed record Publish(
    DateTimeOffset At, string File, Cause Cause, Publication Publication, FileContent? Before, FileContent After);

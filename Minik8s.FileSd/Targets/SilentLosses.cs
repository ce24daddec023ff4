using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// What the lists of all streams of one file have dropped by their silence of late. A server that has lost its memory tells
/// one namespace after the other that it is empty, each time of too few targets to be doubted.
/// </summary>
internal sealed class SilentLosses(TimeProvider time)
{
    /// <summary>Losses further apart than this have nothing to do with each other.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    // Each stream comes on a thread of its own.
    private readonly Lock _gate = new();
    private readonly Queue<(long At, int Targets)> _losses = new();

    /// <summary>The next step of one of the streams.</summary>
    public TargetSet Apply(TargetSet targets, Change<RenderedTargets> change)
    {
        if (change.Kind != ChangeKind.ListEnded)
            return targets.Apply(change);
        lock (_gate)
        {
            while (_losses.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Memory)
                _losses.Dequeue();
            var after = targets.Apply(change, _losses.Sum(loss => loss.Targets));
            if (after.Doubt.Lost > 0)
                _losses.Enqueue((time.GetTimestamp(), after.Doubt.Lost));
            return after;
        }
    }
}

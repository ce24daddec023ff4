using System.Threading.Channels;

namespace Minik8s.MetricsApp;

/// <summary>The work that waits, and the gauge that tells how much. The gauge can be held at a value of one's choice.</summary>
internal sealed class WorkQueue
{
    private readonly Channel<int> _work = Channel.CreateUnbounded<int>();
    private readonly Lock _lock = new();
    private int _waiting;
    private int? _held;

    /// <summary>Makes the metrics known: they should be there from the first scrape on, and not with the first work.</summary>
    public WorkQueue() => Publish();

    public int Add(int pieces)
    {
        for (var piece = 0; piece < pieces; piece++)
        {
            _work.Writer.TryWrite(piece);
        }

        return Count(pieces);
    }

    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await _work.Reader.ReadAsync(cancellationToken);
        Count(-1);
    }

    /// <summary>Shows <paramref name="value"/> as the queue's length until it is released; null releases it.</summary>
    public int Hold(int? value)
    {
        lock (_lock)
        {
            _held = value;
            return Publish();
        }
    }

    private int Count(int change)
    {
        lock (_lock)
        {
            _waiting += change;
            return Publish();
        }
    }

    private int Publish()
    {
        var length = _held ?? _waiting;
        AppMetrics.QueueLength.Set(length);
        return length;
    }
}

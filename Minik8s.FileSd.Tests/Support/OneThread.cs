using Microsoft.Extensions.Time.Testing;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>Runs asynchronous code on the calling thread alone, and lets time pass when there is nothing else to do.</summary>
internal sealed class OneThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback, object?)> _work = new();

    public override void Post(SendOrPostCallback d, object? state) => _work.Enqueue((d, state));

    public static void Run(Func<Task> code, FakeTimeProvider time, TimeSpan step)
    {
        var before = Current;
        var thread = new OneThread();
        SetSynchronizationContext(thread);
        try
        {
            var running = code();
            while (!running.IsCompleted)
            {
                if (thread._work.TryDequeue(out var next))
                    next.Item1(next.Item2);
                else
                    time.Advance(step);
            }

            running.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}

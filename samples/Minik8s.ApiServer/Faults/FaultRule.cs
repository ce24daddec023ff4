namespace Minik8s.ApiServer.Faults;

/// <summary>A fault and when it strikes. Disposing it removes it, and lets go of the requests that it holds.</summary>
/// <param name="skip">How many matching requests are spared first.</param>
/// <param name="times">How many are struck then.</param>
internal sealed class FaultRule(
    Fault fault, Func<SeenRequest, bool> when, int skip, int times, DateTimeOffset? until, Action<FaultRule> remove) : IDisposable
{
    private readonly CancellationTokenSource _removed = new();
    private int _matched;

    public Fault Fault { get; } = fault;

    /// <summary>How many requests have matched so far, spared ones included.</summary>
    public int Matched => Volatile.Read(ref _matched);

    public CancellationToken Removed => _removed.Token;

    public bool Strikes(SeenRequest request)
    {
        if (_removed.IsCancellationRequested || request.At >= until || !when(request))
        {
            return false;
        }

        var number = Interlocked.Increment(ref _matched);
        return number > skip && number <= (long)skip + times;
    }

    public void Dispose()
    {
        remove(this);
        _removed.Cancel();
    }
}

namespace Minik8s.FileSd.Streams;

/// <summary>
/// How long to wait after a fault: 800 ms at first, doubled for each further fault, 30 s at most, each jittered by a
/// fifth either way so that many clients of one server do not come back together.
/// </summary>
/// <remarks>
/// It starts over after two minutes without a fault. Time resets it and not success: a quiet cluster sends nothing that
/// could count as success, and a server that fails again after each success would be hammered.
/// </remarks>
/// <param name="longest">30 s by default.</param>
internal sealed class Backoff(TimeProvider time, Random random, TimeSpan? longest = null)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan ResetAfter = TimeSpan.FromMinutes(2);

    private TimeSpan _next = First;
    private long? _lastFault;

    /// <summary>Called once for each fault.</summary>
    public TimeSpan Next()
    {
        if (_lastFault is { } last && time.GetElapsedTime(last) >= ResetAfter)
            _next = First;
        _lastFault = time.GetTimestamp();

        var delay = _next * (0.8 + (0.4 * random.NextDouble()));
        var limit = longest ?? Longest;
        _next = _next * 2 < limit ? _next * 2 : limit;
        return delay;
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Minik8s.ApiServer.Faults;

/// <summary>
/// The faults that a test has scripted, the requests that were seen, and the streams that are open. Faults apply in the
/// order in which they were added: delays add up, the first that answers decides.
/// </summary>
/// <param name="records">Whether requests are kept to be read.</param>
internal sealed class FaultScript(TimeProvider time, bool records = true) : IDisposable
{
    private const int RequestsKept = 10_000;

    private readonly ConcurrentQueue<SeenRequest> _requests = new();
    private ImmutableList<FaultRule> _rules = [];

    /// <summary>The last 10,000 requests, oldest first.</summary>
    public IReadOnlyList<SeenRequest> Requests => [.. _requests];

    public IReadOnlyList<FaultRule> Rules => _rules;

    /// <param name="when">Which requests; all by default.</param>
    /// <param name="skip">How many of those are spared first.</param>
    /// <param name="times">How many are struck then; all by default.</param>
    /// <param name="during">For how long from now; until it is removed by default.</param>
    public FaultRule Add(
        Fault fault, Func<SeenRequest, bool>? when = null, int skip = 0, int times = int.MaxValue, TimeSpan? during = null)
    {
        var rule = new FaultRule(fault, when ?? (_ => true), skip, times, time.GetUtcNow() + during,
            removed => ImmutableInterlocked.Update(ref _rules, rules => rules.Remove(removed)));
        ImmutableInterlocked.Update(ref _rules, rules => rules.Add(rule));
        return rule;
    }

    /// <summary>All is well again.</summary>
    public void Clear()
    {
        foreach (var rule in _rules)
        {
            rule.Dispose();
        }
    }

    public void ForgetRequests() => _requests.Clear();

    /// <summary>Ends all watches and long-polls that are open now in good order.</summary>
    public void EndWatches() => Streams.End();

    /// <summary>Resets the connections of all requests that are open now.</summary>
    public void ResetConnections() => Streams.Reset();

    public void Dispose()
    {
        Clear();
        Streams.Dispose();
    }

    internal OpenStreams Streams { get; } = new();

    internal SeenRequest See(HttpContext http)
    {
        var request = SeenRequest.Of(http, time.GetUtcNow());
        if (records)
        {
            _requests.Enqueue(request);
        }

        while (_requests.Count > RequestsKept)
        {
            _requests.TryDequeue(out _);
        }

        return request;
    }

    /// <summary>The faults that strike a request: all that pass it on, up to the first that does not.</summary>
    internal IEnumerable<FaultRule> For(SeenRequest request)
    {
        foreach (var rule in _rules)
        {
            if (rule.Strikes(request))
            {
                yield return rule;
                if (!rule.Fault.PassesOn)
                {
                    yield break;
                }
            }
        }
    }
}

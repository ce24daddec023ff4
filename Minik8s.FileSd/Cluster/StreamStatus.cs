using System.Security.Authentication;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Minik8s.FileSd.Cluster;

/// <summary>What the stream of a kind is doing. Each change of state is told once; a retry that fails alike is not.</summary>
internal sealed class StreamStatus(string plural, ILogger logger, TimeProvider time)
{
    private readonly HashSet<string> _unknown = [];
    private bool _open;
    private bool _failedOpen;
    private object? _fault;
    private long _faultSince;
    private int _attempts;

    public void Listing()
    {
        _open = false;
        Log.Listing(logger, plural);
    }

    public void Listed(int count, string? version) => Log.Listed(logger, plural, count, version ?? "none");

    public void Watching(string? version)
    {
        _open = true;
        Log.Watching(logger, plural, version ?? "none");

        // Watches that open and then fail, again and again, are one outage: only an event ends it.
        if (!_failedOpen)
            Recovered();
    }

    public void Heard() => Recovered();

    /// <summary>An event of a type or kind that is not known here: told the first time.</summary>
    public void HeardUnknown(string name)
    {
        var printable = Printable.Of(name);
        if (_unknown.Count < 100 && _unknown.Add(printable))
            Log.UnknownEvent(logger, plural, printable);
    }

    public void Ended()
    {
        _open = false;
        Log.WatchEnded(logger, plural);
        Recovered();
    }

    public void Failed(Exception exception, TimeSpan delay)
    {
        var fault = Describe(exception);
        _failedOpen = _open;
        _open = false;
        if (delay == TimeSpan.Zero)
        {
            Log.VersionRefused(logger, plural, fault);
            return;
        }

        if (_attempts++ == 0)
            _faultSince = time.GetTimestamp();
        var sort = SortOf(exception);
        if (sort.Equals(_fault))
            Log.StillFailing(logger, plural, fault, delay.TotalSeconds, _attempts);
        else
            Log.StreamFailed(logger, plural, fault, delay.TotalSeconds);
        _fault = sort;
    }

    private void Recovered()
    {
        if (_fault is null)
            return;
        Log.StreamRecovered(logger, plural, time.GetElapsedTime(_faultSince).TotalSeconds, _attempts);
        (_fault, _attempts, _failedOpen) = (null, 0, false);
    }

    /// <summary>What makes two faults the same; not the text, in which a server may count its requests.</summary>
    private static object SortOf(Exception fault) => fault switch
    {
        ApiException api => (api.GetType(), api.Code),
        HttpRequestException http => (http.GetType(), http.HttpRequestError),
        _ => fault.GetType(),
    };

    private static string Describe(Exception fault) => Printable.Of(fault switch
    {
        JsonException => $"what answers does not speak like a Kubernetes API server: {fault.Message}",
        HttpRequestException { InnerException: AuthenticationException inner } => $"no TLS connection: {inner.Message}",
        HttpRequestException { InnerException: IOException inner } => $"the connection broke: {inner.Message}",
        _ => fault.Message,
    }).TrimEnd('.');
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Auditing;

/// <summary>
/// Brings lines to the audit trail's file, by a thread of its own: a disk that is slow or hangs holds up nobody. A line that
/// cannot be written is lost, for it is the files that matter, and counted; the next one is tried again. Each change of state
/// is told once.
/// </summary>
internal sealed class AuditTrail
{
    /// <summary>Bytes of lines that wait to be written; what comes then is lost.</summary>
    public const int MostWaiting = 32 << 20;

    /// <summary>An end waits for a slow disk, but not for one that hangs.</summary>
    public static readonly TimeSpan LongestEnd = TimeSpan.FromMilliseconds(400);

    private readonly string _path;
    private readonly Action<byte[]> _append;
    private readonly ILogger _logger;
    private readonly AuditMetrics _metrics;
    private readonly BlockingCollection<byte[]> _lines = [];
    private readonly Task _writing;
    private long _waiting;
    private long _lost;
    private bool _isBehind;
    private (Type, int)? _fault;

    /// <param name="path">Of the file, as it is told.</param>
    /// <param name="append">Adds a line to it, or says by an exception of input and output why that cannot be.</param>
    public AuditTrail(string path, Action<byte[]> append, ILogger logger, AuditMetrics metrics)
    {
        (_path, _append, _logger, _metrics) = (path, append, logger, metrics);
        _writing = Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Never waits.</summary>
    /// <param name="line">With its line break.</param>
    public void Write(byte[] line)
    {
        // The longest line of all is taken as long as it is alone.
        if (Interlocked.Add(ref _waiting, line.Length) is var waiting && waiting > MostWaiting && waiting > line.Length)
        {
            Interlocked.Add(ref _waiting, -line.Length);
            Behind(ByteSize.Text(MostWaiting));
            return;
        }

        _lines.Add(line);
    }

    /// <summary>A line is lost for want of room where it would have waited.</summary>
    /// <param name="waiting">What waits there.</param>
    public void Behind(string waiting)
    {
        Lost();
        if (!Interlocked.Exchange(ref _isBehind, true))
            Log.AuditBehind(_logger, _path, waiting);
    }

    /// <summary>Of a publish that cannot be told.</summary>
    public void Lost()
    {
        Interlocked.Increment(ref _lost);
        _metrics.Lost.Inc();
    }

    /// <summary>What waits is written, unless that takes longer than anybody waits for a process to end.</summary>
    /// <param name="told">Ends when there are no more lines.</param>
    public async Task EndAsync(Task told, TimeProvider time)
    {
        var overdue = Task.Delay(LongestEnd, time);
        if (await Task.WhenAny(told, overdue) == told)
        {
            _lines.CompleteAdding();
            if (await Task.WhenAny(_writing, overdue) == _writing)
                return;
        }

        Log.AuditCutOff(_logger, _path);
    }

    private void WriteAll()
    {
        foreach (var line in _lines.GetConsumingEnumerable())
        {
            try
            {
                _append(line);
                _metrics.Lines.Inc();
                Recovered();
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                Failed(fault);
            }

            Interlocked.Add(ref _waiting, -line.Length);
        }
    }

    private void Failed(Exception fault)
    {
        Lost();
        _metrics.Failures.Inc();
        var seen = (fault.GetType(), fault.HResult);
        if (seen != _fault)
            Log.AuditFailed(_logger, _path, Printable.Of(fault.Message.TrimEnd('.')));
        _fault = seen;
    }

    private void Recovered()
    {
        var isBehind = Interlocked.Exchange(ref _isBehind, false);
        if (_fault is not null || isBehind)
            Log.AuditRecovered(_logger, _path, Interlocked.Exchange(ref _lost, 0));
        _fault = null;
    }
}

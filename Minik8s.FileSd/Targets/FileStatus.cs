using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Targets;

/// <summary>What can be said of a target file at one moment.</summary>
/// <param name="Newest">What it should say; null before the first whole list.</param>
/// <param name="StaleSince">Since when the cluster has said something else than the file; null while they agree.</param>
/// <param name="Missing">What it lacks, in a few words; null when it lacks nothing.</param>
/// <param name="Published">What it says; null before the first publish.</param>
internal readonly record struct FileState(FileContent? Newest, DateTimeOffset? StaleSince, string? Missing, PublishedContent? Published)
{
    public bool IsPublished => Published is not null;
}

/// <summary>Whether a target file can be written, and says what it should. Each change is told once; a retry that fails alike is not.</summary>
/// <param name="backoff">Gives the delay after a fault; called once for each.</param>
internal sealed partial class FileStatus(string path, ILogger logger, Func<TimeSpan> backoff, TimeProvider time, FileMetrics metrics)
{
    /// <summary>A disk is no server that could be hammered: once it is mended, the file should not wait for long.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    /// <summary>A write that takes longer hangs.</summary>
    public static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(10);

    // Changes come from the stream's thread, the rest from that of the file.
    private readonly Lock _gate = new();
    private FileContent? _newest;
    private DateTimeOffset? _staleSince;
    private DateTimeOffset? _newerSince;
    private DateTimeOffset? _writingSince;
    private string? _words;
    private string? _damage;

    // Not the message, which names another staged file each time.
    private (Type, int)? _fault;

    // What is being written, and what was.
    private FileContent? _taken;
    private PublishedContent? _published;

    public string Name { get; } = Path.GetFileName(path);

    public FileMetrics Metrics => metrics;

    public FileState State
    {
        get
        {
            lock (_gate)
            {
                var missing = (_published is not null, _words) switch
                {
                    (false, null) => "not written yet",
                    (false, var fault) => $"not written yet: {fault}",
                    (true, null) when _damage is not null => $"it is not as it was written: {_damage}",
                    (true, null) when time.GetUtcNow() - _writingSince > LongestWrite => "it is being written for longer than any disk should take",
                    (true, null) => null,
                    (true, var fault) => $"the newest content is not written: {fault}",
                };
                return new(_newest, _staleSince, missing, _published);
            }
        }
    }

    /// <summary>The cluster says something new, which is going to be written.</summary>
    /// <param name="since">Since when the cluster may have said it; null when it is known to say it since this moment.</param>
    public void Changed(FileContent content, DateTimeOffset? since)
    {
        var changed = since ?? time.GetUtcNow();
        lock (_gate)
        {
            _newest = content;
            _staleSince ??= changed;
            _newerSince ??= changed;
        }
    }

    /// <summary>It is taken to be written. What changes from here on, this write does not say.</summary>
    public void Writing(FileContent content)
    {
        var now = time.GetUtcNow();
        lock (_gate)
            (_newerSince, _writingSince, _taken) = (ReferenceEquals(content, _newest) ? null : now, now, content);
    }

    /// <summary>Somebody has looked whether the file is still as it was written.</summary>
    /// <param name="damage">What is wrong with it; null when nothing is.</param>
    public void Looked(string? damage)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (damage is not null)
                _staleSince ??= now;
            else if (_damage is not null)
                _staleSince = _newerSince;
            _damage = damage;
        }
    }

    public void Published(Publication publication)
    {
        if (_fault is not null)
            Log.WriteRecovered(logger, path);
        _fault = null;
        if (publication.Written)
            Log.Wrote(logger, path, publication.Targets, publication.Bytes);
        else if (_published is null)
            Log.AlreadyWritten(logger, path, publication.Targets);

        metrics.Targets.Set(publication.Targets);
        metrics.Bytes.Set(publication.Bytes);
        if (publication.Written)
            metrics.Writes.Inc();
        var since = !publication.Written && _published is { } before ? before.Since : time.GetUtcNow();
        metrics.LastWrite.SetTo(since);
        lock (_gate)
        {
            _published = new(_taken!, since, publication.Bytes);
            (_words, _damage, _writingSince, _staleSince) = (null, null, null, _newerSince);
        }
    }

    /// <summary>How long to wait before writing again; also makes the fault known.</summary>
    public TimeSpan DelayAfter(Exception fault)
    {
        var delay = backoff();
        var seen = (fault.GetType(), fault.HResult);
        var words = Printable.Of(StagedName().Replace(fault.Message, "").TrimEnd('.'));
        if (seen == _fault)
            Log.StillNotWritten(logger, path, words, delay.TotalSeconds);
        else
            Log.WriteFailed(logger, path, words, delay.TotalSeconds);
        _fault = seen;
        metrics.WriteFailures.Inc();
        lock (_gate)
            _words = words;
        return delay;
    }

    /// <summary>What tells one staged file from the next, and says nothing to anybody.</summary>
    [GeneratedRegex(@"(?<=\.json)\.[0-9a-f]{32}\b")]
    private static partial Regex StagedName();
}

namespace Minik8s.FileSd.Scraping;

/// <summary>Measures how long Prometheus has not seen what was published of a file. Remembers from one look to the next.</summary>
internal sealed class SeenClock
{
    private const int MostWrites = 100;

    private Dictionary<string, DateTimeOffset> _pending = [];

    // By when the file was modified, which Prometheus tells of the file that it has read.
    private readonly List<(long Modified, DateTimeOffset At)> _unseen = [];
    private DateTimeOffset? _known;
    private double _readErrorsInStep;
    private TimeSpan _lag;

    /// <summary>The last publish was seen, but later than the grace.</summary>
    public bool WasLate { get; private set; }

    /// <summary>Files that Prometheus could not read since it last had seen all that was published; since it was first asked, where it never had.</summary>
    public double ReadErrors { get; private set; }

    /// <param name="publishedAt">When what the file says was published.</param>
    /// <param name="modified">When the file was modified, in whole seconds since 1970; null when it cannot be seen.</param>
    /// <param name="answersSince">Since when Prometheus answers without a break or a restart: what came before does not count.</param>
    /// <returns>Zero when it has seen all.</returns>
    public TimeSpan Look(
        Difference difference, DateTimeOffset publishedAt, long? modified, OwnMetrics? own, DateTimeOffset answersSince, DateTimeOffset now, TimeSpan grace)
    {
        var isNew = publishedAt != _known;
        _known = publishedAt;
        _pending = difference.Missing.Concat(difference.Extra)
            .ToDictionary(address => address, address => _pending.TryGetValue(address, out var since) ? since : isNew ? publishedAt : now);

        if (isNew && modified is { } written && _unseen.Count < MostWrites)
            _unseen.Add((written, publishedAt));
        long? seen = difference.Source is { } source && own?.FileTimes.TryGetValue(source, out var time) == true ? time : null;
        _unseen.RemoveAll(write => seen is null || write.Modified <= seen);

        var before = _lag;
        var since = _pending.Values.Concat(_unseen.Select(write => write.At)).Select(at => at < answersSince ? answersSince : at);
        _lag = since.Any() && since.Min() is var oldest && oldest < now ? now - oldest : TimeSpan.Zero;
        if (_lag == TimeSpan.Zero && (before > TimeSpan.Zero || isNew))
            WasLate = before > grace;
        if (_lag == TimeSpan.Zero)
            _readErrorsInStep = own?.ReadErrors ?? 0;
        else if (own?.ReadErrors < _readErrorsInStep)
            _readErrorsInStep = 0;
        ReadErrors = (own?.ReadErrors ?? 0) - _readErrorsInStep;
        return _lag;
    }
}

using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Scraping;

/// <summary>Compares one target file, time and again, with what Prometheus has of it.</summary>
/// <param name="content">What it says; null before it was published.</param>
internal sealed class FileComparer(WatchedFile file, Func<PublishedContent?> content, TimeProvider time)
{
    /// <summary>
    /// Prometheus passes on what it reads every five seconds and takes it up every five: so long, and half as long again, it may take
    /// beside the time between two looks.
    /// </summary>
    public static readonly TimeSpan PrometheusOwn = TimeSpan.FromSeconds(15);

    private readonly SeenClock _clock = new();
    private string? _source;

    public WatchedFile File => file;

    /// <summary>What it says at this moment; null before it was published.</summary>
    public PublishedFile? Now => content() is { } published
        ? new(published.Content, published.Since, Posix.Stamp(file.Path)?.ModifiedSeconds)
        : null;

    /// <param name="published">As it was before Prometheus was asked.</param>
    /// <param name="answersSince">As of <see cref="SeenClock"/>.</param>
    /// <param name="configs">Asked for where something is to be explained.</param>
    public async Task<(FileComparison Comparison, Difference Difference)> CompareAsync(
        PublishedFile published, PrometheusAnswer answer, DateTimeOffset answersSince, TimeSpan grace, Func<Task<IReadOnlyList<FileSdConfig>?>> configs)
    {
        var difference = Difference.Of(file, published.Addresses, answer, _source);
        if (difference is { Missing.Count: > 0, Extra.Count: > 0 } && await configs() is { } known)
            difference = difference.Rewritten(known);
        _source = difference.Source ?? _source;
        var lag = _clock.Look(difference, published.At, published.Modified, answer.Own, answersSince, time.GetUtcNow(), grace);
        var isLate = lag > grace;
        var diagnosis = Diagnosis.Of(new(
            file, published.Addresses.Count, difference, lag, grace, answer.Own, isLate ? await configs() : null, published.Modified,
            _clock.ReadErrors, _clock.WasLate, isLate ? ReadObstacle.Of(file.Path) : null));
        return (
            new(
                file.Name, published.Addresses.Count,
                [.. difference.Missing.Take(FileComparison.MostTold)], difference.Missing.Count,
                [.. difference.Extra.Take(FileComparison.MostTold).Select(Printable.Short)], difference.Extra.Count,
                [.. difference.Failing.Take(FileComparison.MostTold)], difference.Failing.Count,
                lag, diagnosis?.Text)
            {
                Kind = diagnosis?.Kind,
                Source = difference.Source,
                DroppedCount = difference.Dropped,
            },
            difference);
    }
}

/// <summary>What a target file says at one moment.</summary>
/// <param name="At">When that was published.</param>
/// <param name="Modified">When the file was modified, in whole seconds since 1970; null when it cannot be seen.</param>
internal sealed record PublishedFile(FileContent Content, DateTimeOffset At, long? Modified)
{
    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<string> Addresses { get; } = [.. Content.Lines.Select(line => line.Group.Address)];
}

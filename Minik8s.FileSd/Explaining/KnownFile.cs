using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <summary>What is known of a kind's target file, beside what a single object says.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Newest">What it should say by all objects; null while that is not known.</param>
/// <param name="Written">What it says; null while that is not known.</param>
/// <param name="WrittenAt">When it was last replaced; null when there is none.</param>
/// <param name="Missing">What keeps it from being true, a line for each; empty when all is well.</param>
/// <param name="Held">Targets that the last list does not name, and that stay until another list agrees.</param>
/// <param name="Writer">What to do when it says something else than it should.</param>
internal sealed record KnownFile(
    string Path, FileContent? Newest, FileContent? Written, DateTimeOffset? WrittenAt, IReadOnlyList<string> Missing, int Held, string Writer)
{
    /// <summary>It is written at each change.</summary>
    public bool IsFollowed { get; init; }

    public string Name => System.IO.Path.GetFileName(Path);
}

/// <summary>What is known of both target files.</summary>
internal interface IKnownFiles
{
    /// <summary>What the answers are from, to be read behind "from".</summary>
    string Source { get; }

    /// <exception cref="Exception">It is not known, as the fault says.</exception>
    Task<KnownFile> NodesAsync(CancellationToken stop);

    /// <exception cref="Exception">It is not known, as the fault says.</exception>
    Task<KnownFile> PodsAsync(CancellationToken stop);
}

/// <summary>What the running daemon knows.</summary>
/// <param name="feeds">That of the nodes, then that of the pods.</param>
internal sealed class FollowedFiles(IReadOnlyList<Feed> feeds) : IKnownFiles
{
    public string Source => "the running daemon";

    public Task<KnownFile> NodesAsync(CancellationToken stop) => Task.FromResult(Of(feeds[0]));

    public Task<KnownFile> PodsAsync(CancellationToken stop) => Task.FromResult(Of(feeds[1]));

    private static KnownFile Of(Feed feed)
    {
        var state = feed.FileStatus.State;
        return new(
            feed.File.Path,
            state.Newest,
            state is { IsPublished: true, StaleSince: null } ? state.Newest : null,
            Posix.Stamp(feed.File.Path)?.Modified,
            [.. feed.Missing],
            feed.Streams.Sum(stream => stream.Held),
            "the daemon writes it by itself; /readyz says what is in the way")
        {
            IsFollowed = true,
        };
    }
}

using Minik8s.FileSd.Explaining;

namespace Minik8s.FileSd.Commands;

/// <summary>What is asked of the program beside to follow a cluster. Each prints, changes nothing, and ends.</summary>
/// <param name="Timeout">How long it may take altogether.</param>
internal abstract record UserCommand(TimeSpan Timeout)
{
    /// <summary>Why something is, or is not, a target. Exit code 0 when it is, 1 when not, 2 when that cannot be found out.</summary>
    public sealed record Explain(Subject Subject, bool AsJson, TimeSpan Timeout) : UserCommand(Timeout);

    /// <summary>What would change against the files on disk. Exit code 0 for nothing, 1 for something, 2 when that cannot be found out.</summary>
    public sealed record Diff(bool AsJson, TimeSpan Timeout) : UserCommand(Timeout);

    /// <summary>Which targets another number of shards moves. Exit code 0, or 2 when that cannot be found out.</summary>
    /// <param name="From">Shards before; 1 for none.</param>
    /// <param name="To">Shards after.</param>
    public sealed record ShardPlan(int From, int To, bool AsJson, TimeSpan Timeout) : UserCommand(Timeout);

    /// <summary>Whether the daemon could work here. Exit code 0 when it could, 1 when not.</summary>
    public sealed record Check(TimeSpan Timeout) : UserCommand(Timeout);
}

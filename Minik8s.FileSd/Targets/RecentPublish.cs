using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>Why a target file was written.</summary>
internal enum CauseKind
{
    /// <summary>A change that a watch has told.</summary>
    Change,

    /// <summary>A list that says something else than was known.</summary>
    List,

    /// <summary>Somebody else had deleted or altered the file.</summary>
    Repair,
}

/// <summary>What a publish was for: the first of the changes since the one before.</summary>
/// <param name="ObjectKind"><c>Node</c> or <c>Pod</c>.</param>
/// <param name="Object">Null where it is no single one: a list, a repair.</param>
/// <param name="ResourceVersion">Of the object or the list; null where there is none.</param>
/// <param name="Others">How many more changes came along.</param>
internal sealed record Cause(CauseKind Kind, string ObjectKind, ObjectKey? Object, string? ResourceVersion, int Others);

/// <summary>What is remembered of a publish.</summary>
/// <param name="Targets">In the file.</param>
/// <param name="Bytes">Of the file.</param>
/// <param name="Examples">The first few addresses that were added, removed or relabelled, with <c>+</c>, <c>-</c> or <c>~</c> before them.</param>
internal sealed record RecentPublish(
    DateTimeOffset At, Cause Cause, int Added, int Removed, int Relabelled, int Targets, long Bytes, IReadOnlyList<string> Examples);

using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>One step by which targets have come to be as they are.</summary>
/// <param name="Kind">A change or a list.</param>
/// <param name="Object">Null for a list.</param>
/// <param name="Version">Of the object or the list; null where there is none.</param>
/// <param name="At">When it was read, as a timestamp.</param>
/// <remarks>Told apart by its instance: two steps may look alike.</remarks>
internal sealed record Origin(CauseKind Kind, ObjectKey? Object, string? Version, long At);

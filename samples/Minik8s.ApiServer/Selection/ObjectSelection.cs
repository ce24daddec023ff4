using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Selection;

/// <summary>What a watcher sees of a write.</summary>
internal enum EventType
{
    None,
    Added,
    Modified,
    Deleted,
}

/// <summary>The objects a list or watch is about.</summary>
/// <param name="Namespace">Only this namespace; null for all.</param>
internal sealed record ObjectSelection(
    ResourceKind Kind, string? Namespace, LabelSelector Labels, FieldSelector Fields)
{
    public bool HasSelector => Labels.Requirements.Count > 0 || Fields.Requirements.Count > 0;

    public bool Matches(StoredObject o) =>
        o.Kind == Kind && (Namespace is null || o.Namespace == Namespace) && Labels.Matches(o) && Fields.Matches(o);

    /// <summary>An object that enters the selection is added, one that leaves it is deleted.</summary>
    public EventType Seen(StoreEvent written)
    {
        if (written.Kind != Kind)
        {
            return EventType.None;
        }

        var was = written.Previous is { } previous && Matches(previous);
        var now = written.Current is { } current && Matches(current);
        return (was, now) switch
        {
            (false, true) => EventType.Added,
            (true, true) => EventType.Modified,
            (true, false) => EventType.Deleted,
            _ => EventType.None,
        };
    }
}

using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Storage;

/// <summary>One write: what the object was before and is after it, and the whole store after it.</summary>
internal sealed record StoreEvent(
    long Version, ResourceKind Kind, StoredObject? Previous, StoredObject? Current, Snapshot After)
{
    private StoredObject? _gone;

    /// <summary>About how much memory it keeps that nothing else might.</summary>
    public int Size => (Current ?? Previous)!.Json.Length;

    /// <summary>
    /// The last state under this event's version: what a watcher is told when the object was deleted, or left its
    /// selection. Made for the first watcher that needs it and shared with the others.
    /// </summary>
    public StoredObject Gone => _gone ??= Previous!.At(Version);
}

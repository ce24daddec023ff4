using System.Collections.Immutable;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Storage;

/// <summary>The whole store as it was at one version. Immutable: neighbours share all but the changed path.</summary>
internal sealed record Snapshot(long Version, ImmutableArray<ImmutableSortedSet<StoredObject>> Kinds)
{
    public static Snapshot Empty { get; } = new(0,
        [.. ResourceKind.All.Select(_ => ImmutableSortedSet.Create(StoredObject.ByKey))]);

    public ImmutableSortedSet<StoredObject> Of(ResourceKind kind) => Kinds[kind.Index];

    public StoredObject? Find(ResourceKind kind, string key) =>
        Of(kind).TryGetValue(StoredObject.Probe(kind, key), out var found) ? found : null;

    /// <summary>The objects of a kind in key order, from the first key that is not below <paramref name="from"/>.</summary>
    /// <param name="namespace">Only this namespace; null for all.</param>
    public IEnumerable<StoredObject> Range(ResourceKind kind, string? @namespace, string from = "")
    {
        var objects = Of(kind);
        var prefix = @namespace is null ? "" : @namespace + "/";
        var start = string.CompareOrdinal(from, prefix) > 0 ? from : prefix;
        var index = objects.IndexOf(StoredObject.Probe(kind, start));
        for (var i = index < 0 ? ~index : index; i < objects.Count; i++)
        {
            var found = objects[i];
            if (!found.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield break;
            }

            yield return found;
        }
    }

    public Snapshot With(long version, ResourceKind kind, StoredObject? previous, StoredObject? current)
    {
        var objects = Of(kind);
        objects = previous is null ? objects : objects.Remove(previous);
        objects = current is null ? objects : objects.Add(current);
        return new Snapshot(version, Kinds.SetItem(kind.Index, objects));
    }
}

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
        for (var i = Place(kind, start); i < objects.Count; i++)
        {
            var found = objects[i];
            if (!found.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield break;
            }

            yield return found;
        }
    }

    /// <summary>How many objects <see cref="Range"/> would go through.</summary>
    public int Count(ResourceKind kind, string? @namespace, string from)
    {
        // Of all characters '0' is the one after the '/' that ends a namespace.
        var end = @namespace is null ? Of(kind).Count : Place(kind, @namespace + "0");
        return end - Place(kind, from);
    }

    public Snapshot With(long version, ResourceKind kind, StoredObject? previous, StoredObject? current)
    {
        var objects = Of(kind);
        objects = previous is null ? objects : objects.Remove(previous);
        objects = current is null ? objects : objects.Add(current);
        return new Snapshot(version, Kinds.SetItem(kind.Index, objects));
    }

    /// <summary>The index of the first key that is not below this one.</summary>
    private int Place(ResourceKind kind, string key)
    {
        var index = Of(kind).IndexOf(StoredObject.Probe(kind, key));
        return index < 0 ? ~index : index;
    }
}

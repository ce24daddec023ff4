using Minik8s.ApiServer.Selection;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Http;

/// <summary>One page of a list, not yet written.</summary>
/// <param name="Remaining">How many follow; null when it is not known or there is none.</param>
internal sealed record ObjectList(long Version, IEnumerable<StoredObject> Items, string? Continue, long? Remaining)
{
    /// <exception cref="StatusException">410, 504 or 400.</exception>
    public static ObjectList From(Store store, ObjectSelection selection, ListOptions options)
    {
        var token = options.Continue.Length > 0 ? ContinueToken.Parse(options.Continue) : null;
        var snapshot = token is null ? SnapshotFor(store, options) : SnapshotFor(store, token);
        var from = token?.From ?? "";
        var selected = snapshot.Range(selection.Kind, selection.Namespace, from).Where(selection.Matches);
        if (options.Limit == 0)
        {
            return new ObjectList(snapshot.Version, selected, null, null);
        }

        var page = selected.Take(options.Limit + 1).ToList();
        if (page.Count <= options.Limit)
        {
            return new ObjectList(snapshot.Version, page, null, null);
        }

        page.RemoveAt(options.Limit);
        var last = page[^1].Key;
        // With a selector the rest would have to be searched to be counted; Kubernetes leaves the number out.
        long? remaining = selection.HasSelector
            ? null
            : snapshot.Count(selection.Kind, selection.Namespace, last + '\0');
        return new ObjectList(
            snapshot.Version, page, ContinueToken.After(snapshot.Version, last).ToString(), remaining);
    }

    private static Snapshot SnapshotFor(Store store, ContinueToken token) =>
        token.Version < 0 ? store.Current
        : store.At(token.Version)
            ?? throw new StatusException(Status.Expired(
                "The provided continue parameter is too old: the version of its list has been compacted. Start a new list, "
                + "or use the continue token of this answer to get the rest as it is now.") with
            {
                Continue = new ContinueToken(-1, token.From).ToString(),
            });

    private static Snapshot SnapshotFor(Store store, ListOptions options)
    {
        var current = store.Current;
        if (options.ResourceVersion is not { } version || version == 0)
        {
            return current;
        }

        if (version > current.Version)
        {
            throw new StatusException(Status.VersionTooLarge(version, current.Version));
        }

        return options.IsExact
            ? store.At(version) ?? throw new StatusException(Status.Expired(
                $"The resourceVersion for the provided list is too old: {version} has been compacted."))
            : current;
    }
}

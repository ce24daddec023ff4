using System.Runtime.CompilerServices;

namespace Minik8s.FileSd.Cluster;

/// <summary>One whole list, page by page.</summary>
/// <param name="first">The first page. Only it names a version.</param>
internal sealed class PagedList<T>(IResourceApi<T> api, ListQuery first)
    where T : class, IResource
{
    public int Count { get; private set; }

    public int Skipped { get; private set; }

    /// <summary>Of the last page; null before the list is whole.</summary>
    public ListMeta? End { get; private set; }

    /// <summary>The list as changes, without the end: when that is told is the caller's matter.</summary>
    public async IAsyncEnumerable<Change<T>> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        string? token = null;
        ObjectKey? firstOfPage = null;
        var page = first;
        ListMeta? end;
        do
        {
            if (page.Continue is null)
                yield return Change<T>.ListBegan;
            end = null;
            var isFirst = true;
            await using var parts = api.ListAsync(page, stop).GetAsyncEnumerator(stop);
            while (true)
            {
                try
                {
                    if (!await parts.MoveNextAsync())
                        break;
                }
                catch (ApiException expired) when (expired.IsExpired && page is { Continue: not null, Limit: not null })
                {
                    // The pages' snapshot is gone: the whole list in one piece cannot expire half-way.
                    (page, Count, Skipped, end, token) = (new ListQuery(first.ResourceVersion, null, null), 0, 0, null, null);
                    break;
                }

                end = parts.Current.End;
                if (parts.Current.Item is not { } item)
                    continue;
                if (isFirst && firstOfPage == item.Metadata.Key && page.Continue is not null)
                    throw new IOException("each page of the list begins alike: the server takes no notice of its own continue tokens");
                (isFirst, firstOfPage) = (false, isFirst ? item.Metadata.Key : firstOfPage);
                Count++;
                yield return new(ChangeKind.Listed, item.Metadata.Key, item);
            }

            if (end is null)
                continue;
            if (end.Continue is { Length: > 0 } && (page.Limit is null || end.Continue == token))
                throw new IOException("the pages of the list come to no end");
            Skipped += end.Skipped;
            token = end.Continue;
            page = new ListQuery(null, page.Limit, token);
        }
        while (end is null || page.Continue is { Length: > 0 });

        End = end;
    }
}

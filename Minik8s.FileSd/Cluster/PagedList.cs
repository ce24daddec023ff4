using System.Runtime.CompilerServices;

namespace Minik8s.FileSd.Cluster;

/// <summary>One whole list, page by page; all of them together are bounded.</summary>
/// <param name="first">The first page. Only it names a version.</param>
internal sealed class PagedList<T>(IResourceApi<T> api, ListQuery first, Limits limits, TimeProvider time)
    where T : class, IResource
{
    /// <summary>So many pages in a row on which there is nothing are a list without an end.</summary>
    private const int MostEmptyPages = 1_000;

    private ListSize _size = new(limits, api.Dialect);
    private int _emptyPages;

    public int Count => _size.Objects;

    public int Skipped { get; private set; }

    /// <summary>Of the last page; null before the list is whole.</summary>
    public ListMeta? End { get; private set; }

    /// <summary>The list as changes, without the end: when that is told is the caller's matter.</summary>
    public async IAsyncEnumerable<Change<T>> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        using var overdue = new CancellationTokenSource(limits.ListTime + (first.Timeout ?? TimeSpan.Zero), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, stop);
        string? token = null;
        ObjectKey? firstOfPage = null;
        var page = first;
        ListMeta? end;
        do
        {
            if (page.Continue is null)
                yield return Change<T>.ListBegan;
            end = null;
            var (isFirst, before) = (true, Count);
            await using var parts = api.ListAsync(page, either.Token).GetAsyncEnumerator(either.Token);
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
                    (page, _size, Skipped, end, token) = (new ListQuery(first.ResourceVersion, null, null), new(limits, api.Dialect), 0, null, null);
                    break;
                }
                catch (OperationCanceledException) when (overdue.IsCancellationRequested && !stop.IsCancellationRequested)
                {
                    throw new TimeoutException(LimitException.Words(
                        FormattableString.Invariant($"the list is not whole after {limits.ListTime.TotalSeconds:0.###} s, in which {Count:N0} objects came"), "list-time"));
                }

                end = parts.Current.End;
                if (parts.Current.Item is not { } item)
                    continue;
                if (isFirst && firstOfPage == item.Key && page.Continue is not null)
                    throw new IOException("each page of the list begins alike: the server takes no notice of its own continue tokens");
                (isFirst, firstOfPage) = (false, isFirst ? item.Key : firstOfPage);
                _size.AddObject();
                yield return new(ChangeKind.Listed, item.Key, item);
            }

            if (end is null)
                continue;
            _emptyPages = Count > before ? 0 : _emptyPages + 1;
            if (end.Continue is { Length: > 0 } && (page.Limit is null || end.Continue == token || _emptyPages > MostEmptyPages))
                throw new IOException("the pages of the list come to no end");
            Skipped += end.Skipped;
            _size.Add(end.Bytes);
            token = end.Continue;
            page = new ListQuery(null, page.Limit, token);
        }
        while (end is null || page.Continue is { Length: > 0 });

        if (Count == 0 && Skipped > 0)
            throw new System.Text.Json.JsonException($"None of the {Skipped} objects of the list can be read.");
        End = end;
    }
}

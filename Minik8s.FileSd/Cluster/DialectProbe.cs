using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Finds out where a server has a kind of object and how it speaks: the first place whose list can be read and has
/// something in it, or is Kubernetes' own. That is for good, for a server that has trouble later must not be taken for
/// another. A place whose list is empty is taken when there is no better one, and for <see cref="EmptyTrust"/>.
/// </summary>
/// <param name="places">In the order in which they are tried.</param>
/// <param name="pathFlag">By which the place is named.</param>
internal sealed class DialectProbe<T>(IReadOnlyList<IResourceApi<T>> places, string pathFlag, TimeProvider time) : IResourceApi<T>
    where T : class, IResource
{
    /// <summary>Then the other places are tried again: what was empty may have been the answer to anything.</summary>
    public static readonly TimeSpan EmptyTrust = TimeSpan.FromSeconds(60);

    private IResourceApi<T>? _found;
    private IResourceApi<T>? _empty;
    private long _emptySince;

    public Dialect Dialect => Place.Dialect;

    public string Path => Place.Path;

    private IResourceApi<T> Place => _found ?? _empty ?? places[0];

    public async IAsyncEnumerable<ListPart<T>> ListAsync(ListQuery query, [EnumeratorCancellation] CancellationToken stop)
    {
        var known = _found ?? (_empty is not null && time.GetElapsedTime(_emptySince) < EmptyTrust ? _empty : null);
        Exception? fault = null;
        (IResourceApi<T> Place, ListPart<T> End)? empty = null;
        foreach (var place in known is null ? places : [known])
        {
            await using var parts = place.ListAsync(query, stop).GetAsyncEnumerator(stop);
            for (var isFirst = true; ; isFirst = false)
            {
                try
                {
                    if (!await parts.MoveNextAsync())
                        yield break;
                }
                catch (Exception wrong) when (isFirst && _found is null)
                {
                    _empty = null;
                    fault = Telling(fault, wrong, place);
                    if (!IsElsewhere(wrong))
                        throw fault;
                    break;
                }

                if (isFirst && _found is null && parts.Current.Item is null && place.Dialect != Dialect.Kubernetes)
                {
                    empty ??= (place, parts.Current);
                    break;
                }

                _found = place;
                yield return parts.Current;
            }
        }

        if (empty is not { } only)
            throw fault is ApiException answer ? new ApiException(answer.Code, answer.Message + Advice(answer.Code)) : new JsonException(fault!.Message + Advice(null));
        if (known is null)
            (_empty, _emptySince) = (only.Place, time.GetTimestamp());
        yield return only.End;
    }

    /// <summary>Of the faults of two places, the one that says more: that of a place which has something, if no list.</summary>
    private static Exception Telling(Exception? former, Exception fault, IResourceApi<T> place) => (former, fault) switch
    {
        (JsonException, _) => former,
        (_, JsonException) => new JsonException($"{place.Path}: {fault.Message.TrimEnd('.')}"),
        (not null, _) when IsElsewhere(fault) => former,
        _ => fault,
    };

    /// <summary>What else was tried, and what to do. To a bad request the server's own words are the better advice.</summary>
    private string Advice(HttpStatusCode? code)
    {
        if (code == HttpStatusCode.BadRequest)
            return "";
        var others = places.Select(place => place.Path).Distinct().Except([places[0].Path]).ToList();
        return (others.Count > 0 ? $"; nor is there a list at {string.Join(", ", others)}" : "") + (places switch
        {
            [{ Dialect: Dialect.Kubernetes }] => $"; no other place is tried in the dialect kubernetes: --api.dialect auto looks for it, {pathFlag} names one",
            _ when places.Select(place => place.Dialect).Distinct().Count() > 1 => $"; {pathFlag} names the place, and --api.dialect minik8s reads a list that is nearly Kubernetes'",
            _ => $"; {pathFlag} names the place",
        });
    }

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchQuery query, CancellationToken stop) => Place.WatchAsync(query, stop);

    /// <summary>The server has nothing there, or something else. Any other fault says that it has trouble or wants credentials.</summary>
    private static bool IsElsewhere(Exception fault) => fault is JsonException
        or ApiException { Code: HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented }
        or ApiException { Code: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest };
}

using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Finds out where a server has a kind of object and how it speaks: the first place whose list can be read. That is for
/// good, for a server that has trouble later must not be taken for another.
/// </summary>
/// <param name="places">In the order in which they are tried.</param>
/// <param name="pathFlag">By which the place is named.</param>
internal sealed class DialectProbe<T>(IReadOnlyList<IResourceApi<T>> places, string pathFlag) : IResourceApi<T>
    where T : class, IResource
{
    private IResourceApi<T>? _found;

    public Dialect Dialect => (_found ?? places[0]).Dialect;

    public string Path => (_found ?? places[0]).Path;

    public async IAsyncEnumerable<ListPart<T>> ListAsync(ListQuery query, [EnumeratorCancellation] CancellationToken stop)
    {
        Exception? first = null;
        foreach (var place in _found is null ? places : [_found])
        {
            await using var parts = place.ListAsync(query, stop).GetAsyncEnumerator(stop);
            var isFirst = true;
            while (true)
            {
                try
                {
                    if (!await parts.MoveNextAsync())
                        yield break;
                }
                catch (Exception fault) when (isFirst && _found is null && IsElsewhere(fault))
                {
                    first ??= fault;
                    break;
                }

                isFirst = false;
                _found = place;
                yield return parts.Current;
            }
        }

        throw first is ApiException answer
            ? new ApiException(answer.Code, answer.Message + Advice(answer.Code))
            : new JsonException(first!.Message.TrimEnd('.') + Advice(null));
    }

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

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchQuery query, CancellationToken stop) => (_found ?? places[0]).WatchAsync(query, stop);

    /// <summary>The server has nothing there, or something else. Any other fault says that it has trouble or wants credentials.</summary>
    private static bool IsElsewhere(Exception fault) => fault is JsonException
        or ApiException { Code: HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented }
        or ApiException { Code: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest };
}

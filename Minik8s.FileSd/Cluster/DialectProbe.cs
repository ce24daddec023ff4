using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Finds out where a server has a kind of object and how it speaks: the first place whose list can be read. That is for
/// good, for a server that has trouble later must not be taken for another.
/// </summary>
/// <param name="places">In the order in which they are tried.</param>
internal sealed class DialectProbe<T>(IReadOnlyList<IResourceApi<T>> places) : IResourceApi<T>
    where T : class, IResource
{
    private IResourceApi<T>? _found = places is [var only] ? only : null;

    public Dialect Dialect => (_found ?? places[0]).Dialect;

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

        const string advice = "; nor are they in any other place that is known: --api.nodes-path and --api.pods-path name one";
        throw first is ApiException answer
            ? new ApiException(answer.Code, answer.Message + advice)
            : new JsonException(first!.Message.TrimEnd('.') + advice);
    }

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchQuery query, CancellationToken stop) => (_found ?? places[0]).WatchAsync(query, stop);

    /// <summary>The server has nothing there, or something else. Any other fault says that it has trouble or wants credentials.</summary>
    private static bool IsElsewhere(Exception fault) => fault is JsonException
        or ApiException { Code: HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented }
        or ApiException { Code: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest };
}

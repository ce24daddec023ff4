using System.Net;

namespace Minik8s.Sandbox.Cluster;

/// <summary>
/// Keeps the objects apart: what is wrong with one does not touch the others. It is told once, with the object's name,
/// and again only when it has become something else or comes back.
/// </summary>
internal sealed class ObjectFaults(Action<string> tell)
{
    private Dictionary<string, string> _before = [];
    private Dictionary<string, string> _now = [];
    private HttpRequestException? _unreachable;

    /// <param name="name">How the object is called on the console.</param>
    /// <param name="work">What is to be done for it.</param>
    /// <param name="cancellationToken">The only reason for which an exception comes out.</param>
    public async Task TryAsync(string name, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
        }
        catch (ApiException refusal) when (refusal.Code is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Deleted or replaced between the list and now: the next round sees it as it is.
        }
        catch (HttpRequestException fault)
        {
            // That the server is away is no object's fault: it is told once for all.
            _unreachable ??= fault;
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            _now[name] = fault.Message;
            if (_before.GetValueOrDefault(name) != fault.Message)
            {
                tell($"{name}: {fault.Message}");
            }
        }
    }

    /// <summary>Ends a round over all objects.</summary>
    /// <exception cref="HttpRequestException">The server was away at some time during the round.</exception>
    public void EndRound()
    {
        (_before, _now) = (_now, []);
        if (Interlocked.Exchange(ref _unreachable, null) is { } fault)
        {
            throw fault;
        }
    }
}

using System.Collections.Concurrent;

namespace Minik8s.ApiServer.Faults;

/// <summary>The requests that are being answered.</summary>
internal sealed class OpenStreams : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<HttpContext, bool> _open = new();

    public CancellationToken Ended => _ended.Token;

    public void Enter(HttpContext http) => _open[http] = true;

    public void Leave(HttpContext http) => _open.TryRemove(http, out _);

    public void End() => _ended.Cancel();

    public void Dispose() => _ended.Dispose();

    public void Reset()
    {
        foreach (var http in _open.Keys)
        {
            http.Abort();
        }
    }
}

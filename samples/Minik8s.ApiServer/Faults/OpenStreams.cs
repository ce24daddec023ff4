using System.Collections.Concurrent;

namespace Minik8s.ApiServer.Faults;

/// <summary>The requests that are being answered.</summary>
internal sealed class OpenStreams : IDisposable
{
    private readonly ConcurrentDictionary<HttpContext, bool> _open = new();
    private CancellationTokenSource _ended = new();

    /// <summary>Tells the watches and long-polls of now to end; later ones have a token of their own.</summary>
    public CancellationToken Ended => Volatile.Read(ref _ended).Token;

    public void Enter(HttpContext http) => _open[http] = true;

    public void Leave(HttpContext http) => _open.TryRemove(http, out _);

    public void End() => Interlocked.Exchange(ref _ended, new CancellationTokenSource()).Cancel();

    public void Reset()
    {
        foreach (var http in _open.Keys)
        {
            try
            {
                http.Abort();
            }
            catch (ObjectDisposedException)
            {
                // It has ended between the look at it and now.
            }
        }
    }

    public void Dispose() => _ended.Dispose();
}

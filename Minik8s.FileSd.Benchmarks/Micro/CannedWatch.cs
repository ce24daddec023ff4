using System.Net;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>A watch whose frames have all come already, and which then ends.</summary>
/// <param name="type">What each frame is understood as.</param>
internal sealed class CannedWatch<T>(Resource<T> resource, IReadOnlyList<byte[]> frames, WatchEventType type)
    where T : class, IResource
{
    private static readonly WatchQuery Query = new("1", TimeSpan.FromMinutes(5));

    private readonly byte[] _bytes = [.. frames.SelectMany(frame => frame)];

    public async Task ReadAsync()
    {
        using var http = new HttpClient(new Server(_bytes)) { BaseAddress = new Uri("http://127.0.0.1/"), Timeout = Timeout.InfiniteTimeSpan };
        var count = 0;
        await foreach (var said in new ResourceApi<T>(http, resource, TimeProvider.System).WatchAsync(Query, CancellationToken.None))
            count += said.Type == type ? 1 : 0;
        if (count != frames.Count)
            throw new InvalidOperationException($"{count} of {frames.Count} frames were understood as {type}");
    }

    private sealed class Server(byte[] frames) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(frames), RequestMessage = request });
    }
}

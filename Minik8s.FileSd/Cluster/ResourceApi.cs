using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Minik8s.FileSd.Cluster.Access;

namespace Minik8s.FileSd.Cluster;

/// <summary>The list and watch requests over HTTP.</summary>
/// <param name="http">Knows the server's address and the credentials; its own timeout is infinite.</param>
internal sealed class ResourceApi<T>(HttpClient http, Resource<T> resource, TimeProvider time) : IResourceApi<T>
    where T : class, IResource
{
    /// <summary>A list fails when the server says nothing for so long.</summary>
    public static readonly TimeSpan ListIdleLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A list of a Minik8s server is whole within this, or fails. They are small, and the servers hang for minutes when
    /// their store is away.
    /// </summary>
    public static readonly TimeSpan Minik8sLimit = TimeSpan.FromSeconds(20);

    /// <summary>A long-poll fails so long after its own time.</summary>
    public static readonly TimeSpan LongPollGrace = TimeSpan.FromSeconds(10);

    /// <summary>A watch fails when the server says nothing for so long beyond the time at which it should end it.</summary>
    public static readonly TimeSpan WatchIdleGrace = TimeSpan.FromSeconds(30);

    /// <summary>The text of an error is waited for so long; its status says enough.</summary>
    public static readonly TimeSpan ErrorTextLimit = TimeSpan.FromSeconds(5);

    private const int LongestErrorBody = 64 * 1024;

    /// <summary>So many objects of a list are decoded while those before are worked on.</summary>
    private const int DecodedAhead = 64;

    /// <summary>Longer ones are worked on one by one.</summary>
    private const int LongestAhead = 16 * 1024;

    public Dialect Dialect => resource.Dialect;

    public string Path => $"/{resource.Path}";

    public async IAsyncEnumerable<ListPart<T>> ListAsync(
        ListQuery query, [EnumeratorCancellation] CancellationToken stop)
    {
        var uri = Uri(
            ("resourceVersion", query.ResourceVersion),

            // Without it, a server takes a version together with a limit for exactly that version.
            ("resourceVersionMatch", query is { ResourceVersion: not (null or "0"), Limit: not null } ? "NotOlderThan" : null),
            ("limit", query.Limit?.ToString(CultureInfo.InvariantCulture)),
            ("continue", query.Continue),
            ("timeoutSeconds", query.Timeout?.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var watchdog = new Watchdog(time, query.Timeout + LongPollGrace ?? (Dialect == Dialect.Kubernetes ? ListIdleLimit : Minik8sLimit), end.Token);
        using var response = await SendAsync(uri, watchdog, query.Timeout is null ? HttpStatusCode.OK : HttpStatusCode.NotModified);
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            yield return new(null, ListMeta.Unchanged);
            yield break;
        }

        await using var body = await watchdog.Guard(response.Content.ReadAsStreamAsync(watchdog.Token));
        var watched = Dialect == Dialect.Kubernetes ? watchdog.Watch(body) : body;
        var size = new ListSize(resource.Limits, Dialect);
        var parts = watchdog.Guard(resource.Format.ReadListAsync(new ObservedStream(watched, size.Add), watchdog.Token));
        await foreach (var part in parts.ReadAhead(DecodedAhead, part => part.Length > LongestAhead, end, CancellationToken.None))
        {
            if (part.End is { } whole)
                yield return new(null, whole with { Bytes = size.Bytes });
            else if (IsWanted(part.Item!))
                yield return part;
        }
    }

    /// <summary>
    /// Servers of their own make take no notice of selectors, or of the namespace in a path, by which each object would be
    /// told once for each namespace.
    /// </summary>
    /// <remarks>Of one whose labels cannot be read the server has to know.</remarks>
    private bool IsWanted(T item) =>
        BelongsHere(item) && (item is { Undecodable: not null, Metadata.Labels: null } || resource.Selector.Matches(item.Metadata.Labels));

    private bool BelongsHere(T item) =>
        resource.Namespace.Length == 0 || item.Metadata.Namespace is not { Length: > 0 } own || own == resource.Namespace;

    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync(
        WatchQuery query, [EnumeratorCancellation] CancellationToken stop)
    {
        var uri = Uri(
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("sendInitialEvents", query.SendsInitialEvents ? "true" : null),
            ("resourceVersionMatch", query.SendsInitialEvents ? "NotOlderThan" : null),
            ("resourceVersion", query.ResourceVersion),
            ("timeoutSeconds", query.Timeout.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));
        using var watchdog = new Watchdog(time, query.Timeout + WatchIdleGrace, stop);
        using var response = await SendAsync(uri, watchdog);
        yield return WatchEvent<T>.Opened;
        await using var body = await watchdog.Guard(response.Content.ReadAsStreamAsync(watchdog.Token));
        var isInitial = query.SendsInitialEvents;
        var list = new ListSize(resource.Limits, Dialect);
        var readAt = 0L;
        var watched = new ObservedStream(watchdog.Watch(body), count =>
        {
            readAt = time.GetTimestamp();
            list.Add(isInitial ? count : 0);
        });
        await foreach (var frame in watchdog.Guard(resource.Format.ReadWatchAsync(watched, watchdog.Token)))
        {
            frame.ReadAt = readAt;
            isInitial &= !frame.EndsInitialEvents;
            if (isInitial)
                list.AddObject();
            if (frame is not { Type: WatchEventType.Added or WatchEventType.Modified or WatchEventType.Deleted, Object: { } item }
                || frame.Extent == WatchExtent.Unchanged || (frame.Extent == WatchExtent.Whole && IsWanted(item)))
                yield return frame;
            else if (!isInitial && BelongsHere(item))
                yield return frame with { Type = WatchEventType.Deleted };
        }
    }

    private string Uri(params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var uri = resource.Path;
        var separator = uri.Contains('?') ? '&' : '?';
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)[("labelSelector", resource.Selector.Text), .. query])
        {
            if (string.IsNullOrEmpty(value))
                continue;
            uri += $"{separator}{name}={System.Uri.EscapeDataString(value)}";
            separator = '&';
        }

        return uri;
    }

    private async Task<HttpResponseMessage> SendAsync(string uri, Watchdog watchdog, HttpStatusCode alsoGood = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri)
        {
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        var response = await watchdog.Guard(
            http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, watchdog.Token));
        if (response.StatusCode == HttpStatusCode.OK || response.StatusCode == alsoGood)
        {
            // None is asked for, and none is undone: a few bytes can become gigabytes.
            if (response.Content.Headers.ContentEncoding.FirstOrDefault(each => each is not "identity") is not { } encoding)
                return response;
            response.Dispose();
            throw new JsonException($"The answer is encoded as {encoding}, for which it was not asked.");
        }

        using (response)
            throw await ErrorAsync(response, watchdog.Token);
    }

    private async Task<ApiException> ErrorAsync(HttpResponseMessage response, CancellationToken stop)
    {
        ApiStatus? status = null;
        using var brief = new CancellationTokenSource(ErrorTextLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(brief.Token, stop);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            var bytes = new byte[LongestErrorBody];
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, either.Token);
            status = JsonSerializer.Deserialize(bytes.AsSpan(0, length), ClusterJson.Default.ApiStatus);
        }
        catch (Exception fault) when (fault is JsonException or IOException or HttpRequestException
            || (fault is OperationCanceledException && brief.IsCancellationRequested))
        {
            // A proxy's error page, or nothing, or a body that does not come: the HTTP status says enough.
        }

        var retryAfter = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        var redirect = Redirect.Words(response);
        var advice = Advice.For(response.StatusCode, response.RequestMessage!);
        var message = $"the server answered {(int)response.StatusCode} {response.ReasonPhrase} to {response.RequestMessage!.RequestUri!.AbsolutePath}{redirect}{advice}"
            + (status?.Message is { Length: > 0 } text ? $"{(advice.Length > 0 ? "; it says" : "")}: {text}" : "");
        return new ApiException(response.StatusCode, message, status, retryAfter);
    }
}

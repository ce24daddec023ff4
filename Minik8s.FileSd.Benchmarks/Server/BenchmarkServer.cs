using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Minik8s.FileSd.Benchmarks.Server;

/// <summary>
/// An API server with nodes and pods that only lists and watches, as fast as bytes can be sent; by <c>/control/</c> the
/// benchmark has it change something. Times are those of the monotonic clock, which all processes of a machine share.
/// </summary>
internal sealed class BenchmarkServer
{
    public const int PageSize = 500;

    private readonly Store _nodes = new("Node", "nodes");
    private readonly Store _pods = new("Pod", "pods");
    private readonly int _podCount;
    private readonly int _nodeCount;
    private ConcurrentQueue<ListRequest> _listed = new();
    private long _revision;
    private long _firstRequest;

    public BenchmarkServer(int nodes, int pods)
    {
        (_nodeCount, _podCount) = (nodes, pods);
        _nodes.Fill(Enumerable.Range(0, nodes).Select(i => Fleet.Node(i, 1_000 + i)), PageSize);
        _pods.Fill(Enumerable.Range(0, pods).Select(i => Render(Fleet.NameOf(i), i, 1_000 + i, 0)), PageSize);
    }

    /// <summary>Listens on a free port of 127.0.0.1 and prints its address on standard output; ends when standard input does.</summary>
    public async Task RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        while (Console.ReadLine() is not null)
        {
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        switch (context.Request.Path.Value)
        {
            case "/api/v1/nodes":
                return ResourceAsync(context, _nodes);
            case "/api/v1/pods":
                return ResourceAsync(context, _pods);
            case "/control/touch":
                return JsonAsync(context, TouchAsync());
            case "/control/churn":
                return JsonAsync(context, ChurnAsync(Number(query, "rate"), Number(query, "seconds"), context.RequestAborted));
            case "/control/turnover":
                return JsonAsync(context, TurnoverAsync(Number(query, "rate"), Number(query, "seconds"), context.RequestAborted));
            case "/control/listed":
                return context.Response.WriteAsJsonAsync([.. Interlocked.Exchange(ref _listed, new())], ServerJson.Default.ListRequestArray);
            case "/control/forget":
                Interlocked.Exchange(ref _firstRequest, 0);
                goto case "/control/stats";
            case "/control/stats":
                return JsonAsync(context, Task.FromResult(new ServerStats(_firstRequest, _nodes.Sent + _pods.Sent, _nodes.Watchers + _pods.Watchers, [])));
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private async Task ResourceAsync(HttpContext context, Store store)
    {
        Interlocked.CompareExchange(ref _firstRequest, Stopwatch.GetTimestamp(), 0);
        var (query, response) = (context.Request.Query, context.Response);
        response.ContentType = "application/json";
        if (query["watch"] is not ["1" or "true"])
        {
            _listed.Enqueue(new(store.Name, $"{context.Request.Path}{context.Request.QueryString}", [.. context.Request.Headers
                .Where(header => header.Key is not "Host").SelectMany(header => header.Value.Select(value => $"{header.Key}: {value}"))]));
            var page = store.Page(query["continue"] is [{ Length: > 0 } token] ? token : null);
            Interlocked.Add(ref store.Sent, page.Length);
            await response.Body.WriteAsync(page, context.RequestAborted);
            return;
        }

        await response.StartAsync(context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
        await foreach (var frame in store.Watch().ReadAllAsync(context.RequestAborted))
        {
            var at = Stopwatch.GetTimestamp();
            Interlocked.Add(ref store.Sent, frame.Line.Length);
            await response.Body.WriteAsync(frame.Line, context.RequestAborted);
            await response.Body.FlushAsync(context.RequestAborted);
            frame.Written.TrySetResult(at);
        }
    }

    /// <summary>One change that alters the first line of the pods' file.</summary>
    private async Task<ServerStats> TouchAsync()
    {
        var revision = ++_revision;
        var at = await _pods.TellAsync("MODIFIED", version => Render(Fleet.Marker, 0, version, revision));
        return new(_firstRequest, 0, _pods.Watchers, [new(revision, at)]);
    }

    /// <summary>Changes one pod after the other, at a rate; every tenth change, and the last, is one of the first line.</summary>
    private async Task<ServerStats> ChurnAsync(int rate, int seconds, CancellationToken stop)
    {
        var marks = new List<Mark>();
        await PacedAsync(rate, seconds, async i =>
        {
            var revision = ++_revision;
            var isMark = i % 10 == 0 || i == (rate * seconds) - 1;
            var pod = 1 + i % Math.Max(1, _podCount - 1);
            var at = await _pods.TellAsync("MODIFIED", version => isMark ? Render(Fleet.Marker, 0, version, revision) : Render(Fleet.NameOf(pod), pod, version, revision));
            if (isMark)
                marks.Add(new(revision, at));
        }, stop);
        return new(_firstRequest, 0, _pods.Watchers, marks);
    }

    /// <summary>
    /// So many pods are created each second, and as many deleted: each comes without an address, gets one, and is asked to end
    /// before it is gone, which makes four events.
    /// </summary>
    private async Task<ServerStats> TurnoverAsync(int rate, int seconds, CancellationToken stop)
    {
        await PacedAsync(rate, seconds, async i =>
        {
            var (young, index) = (new PodName("turnover", $"young-{_revision + i:0000000}"), _podCount + i);
            var (old, oldIndex) = i < _podCount - 1 ? (Fleet.NameOf(i + 1), i + 1) : (young, index);
            await _pods.TellAsync("ADDED", version => Render(young, null, index, version, 0));
            await _pods.TellAsync("MODIFIED", version => Render(young, index, version, 0));
            await _pods.TellAsync("MODIFIED", version => Render(old, Fleet.PodAddress(oldIndex), oldIndex, version, 0, isEnding: true));
            await _pods.TellAsync("DELETED", version => Render(old, Fleet.PodAddress(oldIndex), oldIndex, version, 0, isEnding: true));
        }, stop);
        _revision += (long)rate * seconds;
        return new(_firstRequest, 0, _pods.Watchers, []);
    }

    private static async Task PacedAsync(int rate, int seconds, Func<int, Task> change, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < rate * seconds; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / rate) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero)
                await Task.Delay(due, TimeProvider.System, stop);
            await change(i);
        }
    }

    private byte[] Render(PodName name, int index, long version, long revision) => Render(name, Fleet.PodAddress(index), index, version, revision);

    private byte[] Render(PodName name, string? address, int index, long version, long revision, bool isEnding = false) =>
        ObjectText.Pod(name.Namespace, name.Name, address, Fleet.NodeName(index % Math.Max(1, _nodeCount)), version, revision, isEnding);

    private static int Number(IQueryCollection query, string name) => int.Parse(query[name].ToString(), CultureInfo.InvariantCulture);

    private static async Task JsonAsync(HttpContext context, Task<ServerStats> answer) =>
        await context.Response.WriteAsJsonAsync(await answer, ServerJson.Default.ServerStats, cancellationToken: context.RequestAborted);
}

/// <param name="FirstRequest">When the first was received, as <see cref="Stopwatch.GetTimestamp"/> tells time; 0 before.</param>
/// <param name="Sent">Bytes of lists and watches.</param>
/// <param name="Marks">When revisions of the first line were written to the watch.</param>
internal sealed record ServerStats(long FirstRequest, long Sent, int Watchers, IReadOnlyList<Mark> Marks);

/// <param name="At">When writing it to the watch began.</param>
internal sealed record Mark(long Revision, long At);

/// <param name="Resource"><c>nodes</c> or <c>pods</c>.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">As they stand in a request, but for the server's name.</param>
internal sealed record ListRequest(string Resource, string Target, IReadOnlyList<string> Headers);

[JsonSerializable(typeof(ServerStats))]
[JsonSerializable(typeof(ListRequest[]))]
internal sealed partial class ServerJson : JsonSerializerContext;

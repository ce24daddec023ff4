using System.Runtime.CompilerServices;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>An API server that answers each request with the next answer of a script, and remembers what it was asked.</summary>
internal sealed class ScriptedApi : IResourceApi<Node>
{
    private readonly Queue<Func<object, IEnumerable<object>>> _script = new();

    public Dialect Dialect { get; set; } = Dialect.Kubernetes;

    public string Path => "/api/v1/nodes";

    /// <summary>Every <see cref="ListQuery"/> and <see cref="WatchQuery"/>, in order.</summary>
    public List<object> Queries { get; } = [];

    /// <summary>By which requests are timed, and watches wait for as long as a <see cref="TimeSpan"/> among their events.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>When each of the queries was made.</summary>
    public List<DateTimeOffset> Times { get; } = [];

    public IEnumerable<ListQuery> Lists => Queries.OfType<ListQuery>();

    public IEnumerable<WatchQuery> Watches => Queries.OfType<WatchQuery>();

    /// <summary>The next request is a long-poll and gets nothing new.</summary>
    public ScriptedApi Unchanged(params object[] before) => Answer<ListQuery>([.. before, ListMeta.Unchanged]);

    /// <summary>The next request is a list and gets this page.</summary>
    public ScriptedApi Page(string version, string? @continue, params string[] names) =>
        Answer<ListQuery>([.. names.Select(name => Item(name)), new ListMeta(version, @continue)]);

    /// <summary>The next request is a list and gets an empty page of so many bytes.</summary>
    public ScriptedApi Sized(long bytes, string? @continue) => Answer<ListQuery>([new ListMeta("1", @continue) { Bytes = bytes }]);

    /// <summary>The next request is a list and gets a page of so many objects that could not be read.</summary>
    public ScriptedApi Skipping(int count) => Answer<ListQuery>([new ListMeta("1", null) { Skipped = count }]);

    /// <summary>The next request is a list that gets some items and then fails.</summary>
    public ScriptedApi ListFails(Exception fault, params string[] names) =>
        Answer<ListQuery>([.. names.Select(name => Item(name)), fault]);

    /// <summary>The next request is a watch and gets these events and exceptions, then a clean end.</summary>
    public ScriptedApi Watch(params object[] events) => Answer<WatchQuery>([WatchEvent<Node>.Opened, .. events]);

    /// <summary>The next request is a watch, and is not answered at all.</summary>
    public ScriptedApi WatchHangs() => Answer<WatchQuery>([Silence]);

    /// <summary>The next request is a watch that is refused.</summary>
    public ScriptedApi WatchFails(Exception fault) => Answer<WatchQuery>([fault]);

    /// <summary>Runs as the next watch goes on: whatever it does, time may pass in it.</summary>
    public static Action Doing(Action action) => action;

    /// <summary>The watch stays open and says nothing more until the client ends it.</summary>
    public static object Silence { get; } = new();

    public static WatchEvent<Node> Event(WatchEventType type, string name, string version, string uid = "1") =>
        new(type, Item(name, version, uid), null, type.ToString().ToUpperInvariant());

    public static Node Item(string name, string? version = null, string uid = "1") =>
        new(new ObjectMeta(name, Uid: uid, ResourceVersion: version));

    public async IAsyncEnumerable<ListPart<Node>> ListAsync(
        ListQuery query, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Yield();
        foreach (var part in Next(query))
        {
            stop.ThrowIfCancellationRequested();
            yield return part is Node item ? new(item, null) : new(null, (ListMeta)part);
        }
    }

    public async IAsyncEnumerable<WatchEvent<Node>> WatchAsync(
        WatchQuery query, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Yield();
        stop.ThrowIfCancellationRequested();
        foreach (var said in Next(query))
        {
            stop.ThrowIfCancellationRequested();
            if (said is TimeSpan quiet)
            {
                await Task.Delay(quiet, Time, stop);
                continue;
            }

            if (said == Silence)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            yield return (WatchEvent<Node>)said;
        }
    }

    private ScriptedApi Answer<TQuery>(object[] answer)
    {
        _script.Enqueue(query =>
        {
            query.Should().BeOfType<TQuery>("the script's request number {0} is of this kind", Queries.Count);
            return answer;
        });
        return this;
    }

    private IEnumerable<object> Next(object query)
    {
        Queries.Add(query);
        Times.Add(Time.GetUtcNow());
        if (!_script.TryDequeue(out var answer))
            throw new EndOfScriptException();
        foreach (var part in answer(query))
        {
            if (part is Exception fault)
                throw fault;
            if (part is Action action)
                action();
            else
                yield return part;
        }
    }
}

internal sealed class EndOfScriptException() : Exception("the script has ended");

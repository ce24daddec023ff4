using System.IO.Compression;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>
/// A server that was well turns hostile, and is well again: meanwhile the daemon says what is wrong, takes no more memory than
/// it has limits for, and leaves the files alone.
/// </summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class HostileServerTests
{
    /// <summary>All that the process may ever have needed, of which it needs some 100 MB for nothing.</summary>
    private const long MostMemory = 300L << 20;

    private const string Good = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";

    /// <summary>After a comma. Of these a list is too long before there are too many of them.</summary>
    private static readonly string LargeObject = """,{"metadata":{"name":"a","labels":{"log":"no"},"annotations":{"x":"LONG"}}}""".Replace("LONG", new string('y', 8_000));

    private static readonly string[] Limits =
    [
        "--limits.object-bytes", "2MiB", "--limits.object-time", "1s", "--limits.list-objects", "1000", "--limits.list-bytes", "4MiB", "--limits.list-time", "2s",
    ];

    private readonly TempFolder _folder = new();
    private TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string[] _pods = ["127.0.2.1"];

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private static IEnumerable<TestCaseData> Watches()
    {
        yield return Attack("a frame of a gigabyte", "a frame of the watch is longer than 2 MiB; --limits.object-bytes", Watch(async request =>
        {
            await request.SendAsync(Good + $$$"""{"type":"ADDED","object":{"kind":"{{{Kind(request)}}}","metadata":{"name":"a","annotations":{"x":" """);
            await request.FloodAsync("y");
        }));
        yield return Attack("a frame that drips in", "a frame of the watch that has begun is not whole after 1 s; --limits.object-time", Watch(async request =>
        {
            await request.SendAsync(Good + """{"type":"ADDED","object":{"metadata":{"name":" """.TrimEnd());
            await request.DripAsync(Enumerable.Repeat("y", 1_000_000));
        }));
        yield return Attack("a frame that stalls", "a frame of the watch that has begun is not whole after 1 s; --limits.object-time", Watch(async request =>
        {
            await request.SendAsync(Good + "{");
            await Silence(request);
        }));
        yield return Attack("nesting without end", "a frame of the watch is longer than 2 MiB; --limits.object-bytes", Watch(async request =>
        {
            await request.SendAsync(Good + """{"type":"ADDED","object":""");
            await request.FloodAsync("[");
        }));
        yield return Attack("garbage in the place of chunks", "chunk", Watch(async request =>
        {
            await request.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            await request.FloodAsync("ZZZZ\r\n");
        }));
        yield return Attack("headers without an end", "headers length exceeded", Watch(async request =>
        {
            await request.SendAsync("HTTP/1.1 200 OK\r\n");
            await request.FloodAsync("X-More: and more\r\n");
        }));
        yield return Attack("the text of an error that drips in", "the server answered 503", Watch(async request =>
        {
            await request.SendAsync("HTTP/1.1 503 Unavailable\r\nContent-Length: 100000\r\n\r\n");
            await request.DripAsync(Enumerable.Repeat(" ", 100_000));
        }));
    }

    private static IEnumerable<TestCaseData> Lists()
    {
        yield return Attack("an object of a gigabyte", "List is longer than 2 MiB; --limits.object-bytes", List(async request =>
        {
            await request.SendAsync(Good + Begin(request, null) + """{"metadata":{"name":"a","annotations":{"x":" """);
            await request.FloodAsync("y");
        }));
        yield return Attack("a page without end", "the list is longer than 4 MiB; --limits.list-bytes", List(async request =>
        {
            await request.SendAsync(Good + Begin(request, null) + """{"metadata":{"name":"a"}}""");
            await request.FloodAsync(LargeObject);
        }));
        yield return Attack("objects without end", "the list has more than 1,000 objects; --limits.list-objects", List(async request =>
        {
            await request.SendAsync(Good + Begin(request, null) + """{"metadata":{"name":"a","labels":{"log":"prometheus"}}}""");
            await request.FloodAsync(""",{"metadata":{"name":"a","labels":{"log":"prometheus"}}}""");
        }));
        var page = 0;
        yield return Attack("pages without end, of ever new names", "the list has more than 1,000 objects; --limits.list-objects", List(request =>
        {
            var number = Interlocked.Increment(ref page);
            var items = Enumerable.Range(0, 500).Select(i => $$$$$"""{"metadata":{"name":"a{{{{{number}}}}}-{{{{{i}}}}}","labels":{"log":"prometheus"}}}""");
            return request.SendAsync($"{Good}{Begin(request, $"token-{number}")}{string.Join(',', items)}]}}");
        }));
        yield return Attack("a page that drips in object by object", "the list is not whole after 2 s, in which", List(async request =>
        {
            await request.SendAsync(Good + Begin(request, null));
            await request.DripAsync(Enumerable.Range(0, 1_000).Select(i => $$$$$"""{{{{{(i == 0 ? "" : ",")}}}}}{"metadata":{"name":"a{{{{{i}}}}}","labels":{"log":"prometheus"}}}"""));
        }));
        yield return Attack("headers that drip in", "the list is not whole after 2 s, in which 0 objects came; --limits.list-time", List(request =>
            request.DripAsync(["HTTP/1.1 200 OK\r\nX-Long: ", .. Enumerable.Repeat("y", 10_000)])));
        yield return Attack("an answer that swells when it is decompressed", "The answer is encoded as gzip, for which it was not asked", List(async request =>
        {
            using var bytes = new MemoryStream();
            await using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            {
                for (var i = 0; i < 100; i++)
                    await gzip.WriteAsync(new byte[1 << 20]);
            }

            await request.SendAsync($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bytes.Length}\r\n\r\n");
            await request.Body.WriteAsync(bytes.ToArray());
        }));
        yield return Attack("the same key twice", "items twice", List(request => request.SendAsync($"{Good}{Begin(request, null)}],\"items\":[]}}")));
        yield return Attack("a list by a watch that has no end", "the list has more than 1,000 objects; --limits.list-objects", async request =>
        {
            if (!request.Target.Contains("sendInitialEvents"))
            {
                await List(Silence)(request);
                return;
            }

            await request.SendAsync(Good);
            await request.FloodAsync($$$$$"""{"type":"ADDED","object":{"kind":"{{{{{Kind(request)}}}}}","metadata":{"name":"a","labels":{"log":"prometheus"}}}}""");
        });
    }

    private static IEnumerable<TestCaseData> Minik8sLists()
    {
        yield return Attack("a list without end", "the list is longer than 4 MiB; --limits.list-bytes", async request =>
        {
            await request.SendAsync(Good + "[");
            await request.FloodAsync("""{"metadata":{"name":"a"}},""");
        });
        yield return Attack("more objects than there may be", "the list has more than 1,000 objects; --limits.list-objects", request => request.SendAsync(
            $"{Good}[{string.Join(',', Enumerable.Range(0, 1_001).Select(i => $$$$$"""{"metadata":{"name":"a{{{{{i}}}}}","labels":{"log":"prometheus"}}}"""))}]"));
        yield return Attack("a list that drips in", "the list is not whole after 2 s, in which 0 objects came; --limits.list-time", async request =>
        {
            await request.SendAsync(Good + "[");
            await request.DripAsync(Enumerable.Repeat(" ", 10_000));
        });
        yield return Attack("deep nesting that breaks off", "what answers does not speak like an API server", async request =>
        {
            await request.SendAsync($"{Good}{{\"items\":{new string('[', 10_000)}");
        });
    }

    [TestCaseSource(nameof(Watches))]
    public Task A_watch_that_is_hostile(string words, Func<RawServer.Request, Task> attack) => Survives(words, attack);

    [TestCaseSource(nameof(Lists))]
    public Task A_list_that_is_hostile(string words, Func<RawServer.Request, Task> attack) => Survives(words, attack);

    [TestCaseSource(nameof(Minik8sLists))]
    public Task A_list_of_a_Minik8s_server_that_is_hostile(string words, Func<RawServer.Request, Task> attack) =>
        Survives(words, attack, "--api.dialect", "minik8s", "--api.follow", "poll", "--api.poll-interval", "200ms");

    [Test]
    public Task A_watch_of_a_Minik8s_server_that_is_hostile() => Survives(
        "a frame of the watch is longer than 2 MiB; --limits.object-bytes",
        Watch(async request =>
        {
            await request.SendAsync(Good + """{"type":"ADDED","object":{"metadata":{"name":"a","annotations":{"x":" """);
            await request.FloodAsync("y");
        }),
        "--api.dialect", "minik8s", "--api.follow", "watch");

    [Test]
    public Task A_long_poll_that_is_hostile() => Survives(
        "the list is longer than 4 MiB; --limits.list-bytes",
        async request =>
        {
            await request.SendAsync(Good + Begin(request, null) + """{"metadata":{"name":"a"}}""");
            await request.FloodAsync(LargeObject);
        },
        "--api.follow", "long-poll");

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_redirect_is_not_followed_and_the_token_shown_to_nobody_else(bool isWatch)
    {
        await using var elsewhere = new RawServer(request => request.SendAsync(Good));
        await File.WriteAllTextAsync(_folder["token"], "s3cret-token");
        Func<RawServer.Request, Task> redirect = request => request.SendAsync($"HTTP/1.1 302 Found\r\nLocation: {elsewhere.Uri}api/v1/pods\r\nContent-Length: 0\r\n\r\n");
        var heads = await Survives("which is not followed", isWatch ? Watch(redirect) : List(redirect), "--api.token-file", _folder["token"]);
        elsewhere.Heads.Should().BeEmpty();
        heads.Should().OnlyContain(head => head.Contains("Bearer s3cret-token"));
    }

    /// <returns>The heads of the requests that the server got.</returns>
    private async Task<IReadOnlyCollection<string>> Survives(string words, Func<RawServer.Request, Task> attack, params string[] flags)
    {
        await using var server = new RawServer(WellAsync);
        await using var daemon = Daemon.Follow(server.Uri, _folder.Path, [.. Limits, .. flags]);
        var (nodes, pods) = (_folder["nodes.json"], _folder["pods.json"]);
        await TestCluster.UntilTargets(pods, "127.0.2.1:2112");
        await TestCluster.UntilTargets(nodes, "127.0.1.1:9100");
        var stamp = Stamp();

        server.Answer = attack;
        var told = daemon.UntilLogged(204, words, times: 2);
        while (!told.IsCompleted)
        {
            // A watch that is only just opened is ended, too.
            EndWatches();
            await Task.WhenAny(told, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        }

        await told;
        Stamp().Should().Be(stamp);
        TestContext.Out.WriteLine($"at most {daemon.PeakMemory >> 20} MiB");
        daemon.PeakMemory.Should().BeLessThan(MostMemory);

        _pods = ["127.0.2.1", "127.0.2.2"];
        server.Answer = WellAsync;
        await TestCluster.UntilTargets(pods, "127.0.2.1:2112", "127.0.2.2:2112");
        await daemon.UntilLogged(206, times: 2);
        daemon.Logged(102).Should().Be(0);
        return server.Heads;

        (string, DateTime, string, DateTime) Stamp() =>
            (File.ReadAllText(nodes), File.GetLastWriteTimeUtc(nodes), File.ReadAllText(pods), File.GetLastWriteTimeUtc(pods));
    }

    /// <summary>A server as it should be, in any dialect: a list, a watch that is quiet, a long-poll that waits.</summary>
    private async Task WellAsync(RawServer.Request request)
    {
        if (request.Target.Contains("sendInitialEvents"))
        {
            await Refuse(request);
            return;
        }

        var end = Volatile.Read(ref _end);
        if (request.Target.Contains("watch=true"))
        {
            await request.SendAsync($$$$$"""{{{{{Good}}}}}{"type":"BOOKMARK","object":{"kind":"{{{{{Kind(request)}}}}}","metadata":{"resourceVersion":"1"}}}""");
            await end.Task.WaitAsync(request.Stop);
            return;
        }

        if (request.Target.Contains("timeoutSeconds"))
            await end.Task.WaitAsync(request.Stop);
        var items = Kind(request) == "Node"
            ? """{"metadata":{"name":"worker-1"},"status":{"addresses":[{"type":"InternalIP","address":"127.0.1.1"}]}}"""
            : string.Join(',', _pods.Select((ip, i) => $$$"""
                {"metadata":{"name":"p{{{i}}}","namespace":"default","labels":{"log":"prometheus"}},"status":{"phase":"Running","podIP":"{{{ip}}}"},
                "spec":{"nodeName":"worker-1","containers":[{"name":"app","ports":[{"name":"prometheus","containerPort":2112}]}]}}
                """));
        await request.SendAsync($"{Good}{Begin(request, null)}{items}]}}");
    }

    /// <summary>All watches end in good order, and all long-polls are answered.</summary>
    private void EndWatches() =>
        Interlocked.Exchange(ref _end, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private static TestCaseData Attack(string name, string words, Func<RawServer.Request, Task> attack) =>
        new TestCaseData(words, attack).SetArgDisplayNames(name);

    /// <summary>Watches are answered so, and lists not at all.</summary>
    private static Func<RawServer.Request, Task> Watch(Func<RawServer.Request, Task> attack) => request =>
        request.Target.Contains("watch=true") && !request.Target.Contains("sendInitialEvents") ? attack(request) : Refuse(request);

    /// <summary>Lists are answered so, and watches by what makes a client list.</summary>
    private static Func<RawServer.Request, Task> List(Func<RawServer.Request, Task> attack) => request =>
        request.Target.Contains("sendInitialEvents") ? Refuse(request)
        : request.Target.Contains("watch=true") ? request.SendAsync("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        : attack(request);

    private static Task Refuse(RawServer.Request request) =>
        request.SendAsync("HTTP/1.1 422 Unprocessable Entity\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private static Task Silence(RawServer.Request request) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.Stop);

    private static string Kind(RawServer.Request request) => request.Target.Contains("node") ? "Node" : "Pod";

    private static string Begin(RawServer.Request request, string? token) =>
        $$$"""{"kind":"{{{Kind(request)}}}List","metadata":{"resourceVersion":"1","continue":"{{{token}}}"},"items":[""";
}

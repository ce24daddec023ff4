using Minik8s.ApiServer;
using Minik8s.ApiServer.Faults;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class ConcurrencyTests : ApiServerTest
{
    private const int Writers = 6;
    private const int WritesEach = 150;

    /// <summary>Known to the watchers when all is written: the version that they must have reached.</summary>
    private readonly TaskCompletionSource<long> _end = new();

    /// <summary>Little history, so that some watchers fall behind it, and a bookmark with every step of the clock.</summary>
    protected override ApiServerOptions Options => base.Options with { History = 60, BookmarkInterval = TimeSpan.FromSeconds(1) };

    [Test]
    public async Task What_a_watcher_has_folded_equals_the_store_whatever_it_selects_and_wherever_it_resumes()
    {
        string[] queries = ["", "labelSelector=odd%3D1", "fieldSelector=status.phase%3DRunning", "labelSelector=odd,odd%21%3D1"];
        var watchers = queries.SelectMany((query, i) => new[] { FoldAsync(query, i, streaming: false), FoldAsync(query, i, streaming: true) }).ToArray();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
        var last = await Create("""{"metadata":{"name":"the-end"}}""", "api/v1/nodes");
        _end.SetResult(long.Parse(last.Version));
        // What was written is seen at once, what was not selected is passed with the next bookmark.
        var folds = await AdvanceUntil(Task.WhenAll(watchers), TimeSpan.FromSeconds(1));

        for (var i = 0; i < watchers.Length; i++)
        {
            var list = await Api.Get("api/v1/pods?" + queries[i / 2]);
            var stored = list.Body["items"]!.AsArray().ToDictionary(
                o => o!["metadata"]!["name"]!.GetValue<string>(), o => o!["metadata"]!["resourceVersion"]!.GetValue<string>());
            folds[i].Should().BeEquivalentTo(stored, $"watcher {i} selects {queries[i / 2]}");
        }
    }

    [Test]
    public async Task Of_many_writers_with_the_same_version_one_wins()
    {
        var created = await Create(Pod("web"));
        var gate = new TaskCompletionSource();
        Server.Faults.Add(new Fault.HoldUntil(gate.Task), r => r.Method == "PUT");

        var puts = Enumerable.Range(0, 8).Select(i =>
        {
            var body = created.Body;
            body["metadata"]!["labels"] = new System.Text.Json.Nodes.JsonObject { ["n"] = $"{i}" };
            return Api.Put(Pods + "/web", body.ToJsonString());
        }).ToArray();
        gate.SetResult();

        (await Task.WhenAll(puts)).Select(answer => answer.Code).Order().Should().Equal(200, 409, 409, 409, 409, 409, 409, 409);
    }

    private async Task WriteAsync(int writer)
    {
        var random = new Random(writer);
        for (var i = 0; i < WritesEach; i++)
        {
            // Names are shared between the writers: they collide on purpose.
            var name = $"p{random.Next(20)}";
            var path = $"{Pods}/{name}";
            var odd = $"\"odd\":\"{random.Next(3)}\"";
            _ = random.Next(5) switch
            {
                0 => await Api.Delete(path),
                1 => await Api.Merge(path, $$$"""{"metadata":{"labels":{ {{{odd}}} } } }"""),
                2 => await Api.Merge(path + "/status", random.Next(2) == 0 ? """{"status":{"phase":"Running"}}""" : """{"status":{"phase":"Pending"}}"""),
                _ => await Api.Post(Pods, Pod(name, odd)),
            };
            Time.Advance(TimeSpan.FromMilliseconds(200));
        }
    }

    /// <summary>Lists or streams the list, watches, drops the watch at random and resumes, until the end has been seen.</summary>
    /// <returns>Name to version.</returns>
    private async Task<Dictionary<string, string>> FoldAsync(string query, int seed, bool streaming)
    {
        var random = new Random(seed);
        var known = new Dictionary<string, string>();
        long? version = null;
        bool IsOver() => _end.Task.IsCompletedSuccessfully && version >= _end.Task.Result;
        while (!IsOver())
        {
            var streams = version is null && streaming;
            if (version is null)
            {
                known.Clear();
                version = streaming ? 0 : await ListAsync(query, known);
            }

            var from = streams ? "sendInitialEvents=true&resourceVersionMatch=NotOlderThan" : $"resourceVersion={version}";
            using var watch = await Api.Watch($"api/v1/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=100000&{from}&{query}");
            for (var left = random.Next(1, 60); (left > 0 || streams) && !IsOver(); left--)
            {
                var frame = (await watch.NextAsync())!;
                if (frame.Type == "ERROR")
                {
                    frame.Object["code"]!.GetValue<int>().Should().Be(410);
                    version = null;
                    break;
                }

                // The first events of a stream come by name; from its first bookmark on, versions only rise.
                (streams || (frame.Type == "BOOKMARK" ? frame.Version >= version : frame.Version > version))
                    .Should().BeTrue($"{frame} at {frame.Version} follows {version}: events come in order and never twice");
                if (frame.Type == "BOOKMARK")
                {
                    streams = false;
                }
                else
                {
                    known.ContainsKey(frame.Name!).Should().Be(frame.Type != "ADDED", $"{frame} must fit what came before");
                    known.Remove(frame.Name!);
                    if (frame.Type != "DELETED")
                    {
                        known[frame.Name!] = $"{frame.Version}";
                    }
                }

                version = streams ? 0 : frame.Version;
            }
        }

        return known;
    }

    /// <summary>In pages of three, again from the beginning when they have expired.</summary>
    private async Task<long> ListAsync(string query, Dictionary<string, string> known)
    {
        for (var token = ""; ;)
        {
            var page = await Api.Get($"api/v1/pods?limit=3&continue={Uri.EscapeDataString(token)}&{query}");
            if (page.Code == 410)
            {
                known.Clear();
                token = "";
                continue;
            }

            foreach (var item in page.Body["items"]!.AsArray())
            {
                known.Add(item!["metadata"]!["name"]!.GetValue<string>(), item["metadata"]!["resourceVersion"]!.GetValue<string>());
            }

            token = page.Metadata["continue"]?.GetValue<string>() ?? "";
            if (token.Length == 0)
            {
                return long.Parse(page.Version);
            }
        }
    }
}

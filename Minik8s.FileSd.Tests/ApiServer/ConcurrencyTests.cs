using Minik8s.ApiServer.Faults;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class ConcurrencyTests : ApiServerTest
{
    private const int Writers = 6;
    private const int WritesEach = 150;

    [Test]
    public async Task What_a_watcher_has_folded_equals_the_store_whatever_it_selects()
    {
        string[] queries = ["", "labelSelector=odd%3D1", "fieldSelector=status.phase%3DRunning", "labelSelector=odd,odd%21%3D1"];
        var watchers = queries.SelectMany(query => new[] { FoldAsync(query, streaming: false), FoldAsync(query, streaming: true) }).ToArray();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
        await Create(Pod("the-end", "\"odd\":\"1\",\"end\":\"1\"", status: "\"phase\":\"Running\""));
        await Api.Merge(Pods + "/the-end", """{"metadata":{"labels":{"odd":"2"}}}""");

        for (var i = 0; i < watchers.Length; i++)
        {
            var list = await Api.Get("api/v1/pods?" + queries[i / 2]);
            var stored = list.Body["items"]!.AsArray().ToDictionary(
                o => o!["metadata"]!["name"]!.GetValue<string>(), o => o!["metadata"]!["resourceVersion"]!.GetValue<string>());
            var folded = await watchers[i];
            folded.Remove("the-end");
            stored.Remove("the-end");
            folded.Should().BeEquivalentTo(stored, $"watcher {i} selects {queries[i / 2]}");
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
        }
    }

    /// <summary>Lists, then watches until the last write has been seen; or streams the list. Name to version.</summary>
    private async Task<Dictionary<string, string>> FoldAsync(string query, bool streaming)
    {
        var known = new Dictionary<string, string>();
        var from = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
        if (!streaming)
        {
            var list = await Api.Get("api/v1/pods?" + query);
            foreach (var item in list.Body["items"]!.AsArray())
            {
                known[item!["metadata"]!["name"]!.GetValue<string>()] = item["metadata"]!["resourceVersion"]!.GetValue<string>();
            }

            from = $"resourceVersion={list.Version}";
        }

        using var watch = await Api.Watch($"api/v1/pods?watch=true&{from}&{query}");
        var last = 0L;
        while (await watch.NextAsync() is { } frame)
        {
            (streaming || frame.Version > last).Should().BeTrue("events come in order and never twice");
            last = frame.Version;
            known.ContainsKey(frame.Name!).Should().Be(frame.Type != "ADDED", $"{frame} must fit what came before");
            if (frame.Type == "DELETED")
            {
                known.Remove(frame.Name!);
            }
            else
            {
                known[frame.Name!] = $"{frame.Version}";
            }

            if (frame.Name == "the-end")
            {
                break;
            }
        }

        return known;
    }
}

using System.Text.Json.Nodes;
using Minik8s.ApiServer.Faults;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>The server's answers beside the recorded answers of a real one.</summary>
internal sealed class WireFixtureTests : ApiServerTest
{
    [TestCase("get-404", "api/v1/namespaces/default/pods/nope")]
    [TestCase("bad-selector-400", "api/v1/pods?labelSelector=%3D%3D")]
    public async Task A_refusal_is_worded_as_recorded(string fixture, string path)
    {
        Compare(await Raw(path), Recorded(fixture), Same);
    }

    [Test]
    public async Task A_too_large_version_is_refused_as_recorded_but_for_the_number()
    {
        var recorded = Recorded("list-too-large-version");
        var current = (await Api.Get("api/v1/pods")).Version;

        Compare(await Raw("api/v1/pods?resourceVersion=999999999"),
            recorded with { Body = recorded.Body.Replace("current: 156", $"current: {current}") }, Same);
    }

    [Test]
    public async Task A_bad_continue_token_is_refused_as_recorded_but_for_the_parsers_words()
    {
        Compare(await Raw("api/v1/pods?limit=9&continue=bm9uc2Vuc2U"), Recorded("list-bad-continue"), (ours, theirs) =>
        {
            const string prefix = "invalid continue token: continue key is not valid: ";
            ours["message"]!.GetValue<string>().Should().StartWith(prefix);
            theirs["message"]!.GetValue<string>().Should().StartWith(prefix);
            theirs["message"] = ours["message"]!.DeepClone();
            Same(ours, theirs);
        });
    }

    [TestCase("no-token-401", null)]
    [TestCase("wrong-token-401", "Bearer wrong")]
    public async Task Without_the_token_the_refusal_is_as_recorded(string fixture, string? sent)
    {
        Server.Token = "secret";
        Api.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", sent);

        Compare(await Raw("api/v1/pods"), Recorded(fixture), Same);
    }

    [Test]
    public async Task Forbidden_can_be_scripted_in_the_recorded_words()
    {
        var recorded = Recorded("forbidden-403");
        Server.Faults.Add(Fault.Reply.Forbidden("reader", "list", "pods"));

        Compare(await Raw("api/v1/pods"), recorded, Same);
    }

    [Test]
    public async Task Pages_have_the_recorded_shape_and_tokens()
    {
        foreach (var item in new[] { 1, 2, 3 }.SelectMany(page => Items(Recorded($"list-page-{page}"))))
        {
            await Create(item.ToJsonString(), $"api/v1/namespaces/{item["metadata"]!["namespace"]!.GetValue<string>()}/pods");
        }

        var query = "api/v1/pods?limit=9&labelSelector=log%3Dprometheus";
        var token = "";
        for (var page = 1; page <= 3; page++)
        {
            var ours = await Raw(query + token);
            var next = "";
            Compare(ours, Recorded($"list-page-{page}"), (mine, theirs) =>
            {
                mine.Select(member => member.Key).Should().Equal(theirs.Select(member => member.Key));
                Keys(mine["metadata"]).Should().Equal(Keys(theirs["metadata"]));
                Items(mine).Select(Name).Should().Equal(Items(theirs).Select(Name));
                foreach (var (my, their) in Items(mine).Zip(Items(theirs)))
                {
                    my.Select(member => member.Key).Should().Equal(their.Select(member => member.Key));
                    my["spec"]!.ToJsonString().Should().Be(their["spec"]!.ToJsonString());
                    my["status"]!.ToJsonString().Should().Be(their["status"]!.ToJsonString());
                    Keys(my["metadata"]).Should().Equal(Keys(their["metadata"]).Where(key => !key.StartsWith("deletion")));
                }

                next = mine["metadata"]!["continue"]?.GetValue<string>() ?? "";
                Token(next).Should().Be(Token(theirs["metadata"]!["continue"]?.GetValue<string>() ?? ""));
            });
            token = "&continue=" + next;
        }
    }

    [Test]
    public async Task A_streaming_list_has_the_recorded_frames()
    {
        var recorded = Recorded("watch-streaming-list").Frames;
        foreach (var frame in recorded.Where(frame => frame.Type == "ADDED"))
        {
            await Create(frame.Object.ToJsonString(), $"api/v1/namespaces/{frame.Object["metadata"]!["namespace"]!.GetValue<string>()}/pods");
        }

        using var watch = await Api.Watch("api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
        foreach (var theirs in recorded)
        {
            var ours = (await watch.NextAsync())!;
            (ours.Type, ours.Name).Should().Be((theirs.Type, theirs.Name));
            Keys(ours.Object).Should().Equal(Keys(theirs.Object));
            ours.Object["status"]!.ToJsonString().Should().Be(theirs.Object["status"]!.ToJsonString());
        }
    }

    [Test]
    public async Task The_recorded_changes_make_the_recorded_events()
    {
        var recorded = Recorded("watch-changes-and-bookmark").Frames.Where(frame => frame.Type == "BOOKMARK" || frame.Name == "live").ToList();
        using var watch = await Api.Watch("api/v1/pods?watch=true&labelSelector=log%3Dprometheus&allowWatchBookmarks=true");
        var first = recorded[0].Object;
        await Create(first.ToJsonString());
        await Api.Merge(Pods + "/live/status", $$"""{"status":{{recorded[1].Object["status"]!.ToJsonString()}}}""");
        await Api.Merge(Pods + "/live", """{"metadata":{"labels":{"log":null}}}""");
        await Api.Merge(Pods + "/live", """{"metadata":{"labels":{"log":"prometheus"}}}""");
        await Api.Delete(Pods + "/live?gracePeriodSeconds=20");
        await Api.Delete(Pods + "/live?gracePeriodSeconds=0");

        // The real server also tells that the period became zero before the pod went; this one removes it in one step.
        foreach (var theirs in recorded.Where(frame => frame.Object["metadata"]!["deletionGracePeriodSeconds"]?.GetValue<int>() is not 0 || frame.Type == "DELETED").TakeWhile(frame => frame.Type != "BOOKMARK"))
        {
            var ours = (await watch.NextAsync())!;
            (ours.Type, ours.Name).Should().Be((theirs.Type, theirs.Name));
            Keys(ours.Object["metadata"]).Should().Equal(Keys(theirs.Object["metadata"]));
            JsonNode.DeepEquals(ours.Object["metadata"]!["labels"], theirs.Object["metadata"]!["labels"]).Should().BeTrue();
            JsonNode.DeepEquals(ours.Object["status"], theirs.Object["status"]).Should().BeTrue(theirs.ToString());
        }

        Time.Advance(TimeSpan.FromMinutes(1));
        var bookmark = (await watch.NextAsync())!.Object;
        bookmark["metadata"]!["resourceVersion"] = "168";
        bookmark.ToJsonString().Should().Be(recorded[^1].Object.ToJsonString());
    }

    [Test]
    public async Task A_too_old_watch_is_told_as_recorded_but_for_the_numbers()
    {
        await Create(Pod("a"));
        await Create(Pod("b"));
        Server.Store.Compact();

        var ours = await Raw("api/v1/pods?watch=true&resourceVersion=2");
        var theirs = Recorded("watch-too-old");

        ours.Code.Should().Be(theirs.Code);
        ours.Body.Trim().Should().Be(theirs.Body.Trim().Replace("100 (193)", "2 (3)"));
    }

    [Test]
    public async Task A_watch_of_a_too_large_version_is_held_and_ends_with_no_event()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true&resourceVersion=999999999&timeoutSeconds=5");
        Time.Advance(TimeSpan.FromSeconds(5));

        watch.Code.Should().Be(Recorded("watch-too-large-version").Code);
        (await watch.RestAsync()).Should().BeEmpty();
    }

    private static void Compare(WireAnswer ours, WireAnswer theirs, Action<JsonObject, JsonObject> bodies)
    {
        ours.Code.Should().Be(theirs.Code);
        foreach (var header in new[] { "Content-Type", "Cache-Control", "Retry-After" })
        {
            ours.Headers.GetValueOrDefault(header).Should().Be(theirs.Headers.GetValueOrDefault(header), header);
        }

        bodies((JsonObject)JsonNode.Parse(ours.Body)!, (JsonObject)JsonNode.Parse(theirs.Body)!);
    }

    private static void Same(JsonObject ours, JsonObject theirs) => ours.ToJsonString().Should().Be(theirs.ToJsonString());

    private static IEnumerable<string> Keys(JsonNode? tree) => tree!.AsObject().Select(member => member.Key);

    private static IEnumerable<JsonObject> Items(WireAnswer answer) => Items((JsonObject)JsonNode.Parse(answer.Body)!);

    private static IEnumerable<JsonObject> Items(JsonObject list) => list["items"]!.AsArray().Select(item => item!.AsObject());

    private static string Name(JsonObject o) => o["metadata"]!["name"]!.GetValue<string>();

    /// <summary>What a continue token says, but for the version.</summary>
    private static string Token(string token)
    {
        if (token.Length == 0)
        {
            return "";
        }

        var tree = (JsonObject)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token))!;
        tree.Remove("rv");
        return tree.ToJsonString();
    }

    private static WireAnswer Recorded(string name) =>
        WireAnswer.Parse(File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures", "wire", name + ".http")));

    private async Task<WireAnswer> Raw(string path)
    {
        using var response = await Api.Http.GetAsync(path);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        // HttpClient puts the directives into an order of its own.
        if (headers.TryGetValue("Cache-Control", out var directives))
        {
            headers["Cache-Control"] = string.Join(", ", directives.Split(", ").Order());
        }

        return new WireAnswer((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }
}

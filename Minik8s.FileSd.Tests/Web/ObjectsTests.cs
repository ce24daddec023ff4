using System.Net;
using System.Text.Json.Nodes;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Web;

/// <summary><c>/api/objects</c>: every known object and what became of it, by pages.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ObjectsTests
{
    [Test]
    public async Task Each_object_has_its_verdict_its_reason_in_words_its_targets_and_its_remarks()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Follow();
        web.Nodes.Publish(TestFeed.Pod("", "worker-1", "10.0.0.1:9100"));
        web.Pods.Publish(
            TestFeed.Pod("ns", "a", "10.0.0.2:1", new Remark(RemarkKind.PathAnnotationInvalid, "its path is x")), TestFeed.Not("ns", "b", Reason.PodWithoutPort));
        var page = JsonNode.Parse((await web.GetAsync("/api/objects")).Text)!;
        JsonNode.DeepEquals(page, JsonNode.Parse($$"""
            {
              "known": 3, "matching": 3, "next": null,
              "objects": [
                {
                  "kind": "node", "namespace": "", "name": "worker-1", "verdict": "target", "reason": null,
                  "targets": [{"address": "10.0.0.1:9100", "takenBy": null, "prometheus": null}], "remarks": []
                },
                {
                  "kind": "pod", "namespace": "ns", "name": "a", "verdict": "target", "reason": null,
                  "targets": [{"address": "10.0.0.2:1", "takenBy": null, "prometheus": null}],
                  "remarks": [{"kind": "path_annotation_invalid", "text": "{{Reasons.Text(RemarkKind.PathAnnotationInvalid)}}", "fact": "its path is x"}]
                },
                {
                  "kind": "pod", "namespace": "ns", "name": "b", "verdict": "pod_without_port", "reason": "{{Reasons.Text(Reason.PodWithoutPort)}}",
                  "targets": [], "remarks": []
                }
              ]
            }
            """)).Should().BeTrue("{0}", page);
    }

    [TestCase("", "worker-1 worker-2 pay/web-1 shop/db shop/web-0")]
    [TestCase("?kind=nodes", "worker-1 worker-2")]
    [TestCase("?kind=pods&q=WEB", "pay/web-1 shop/web-0")]
    [TestCase("?q=shop", "shop/db shop/web-0")]
    [TestCase("?q=p/w", "shop/web-0")]
    [TestCase("?q=10.0.0.1:", "worker-1")]
    [TestCase("?q=%20web-1%20", "pay/web-1")]
    [TestCase("?q=nobody", "")]
    [TestCase("?verdict=target", "worker-1 worker-2 pay/web-1")]
    [TestCase("?verdict=not_target&kind=pods", "shop/db shop/web-0")]
    [TestCase("?verdict=pod_finished", "shop/db")]
    [TestCase("?verdict=remarked", "pay/web-1")]
    [TestCase("?verdict=&kind=&q=&after=", "worker-1 worker-2 pay/web-1 shop/db shop/web-0")]
    public async Task One_can_search_and_choose(string query, string names)
    {
        await using var web = await TestEndpoint.StartAsync();
        Fill(web);
        (await NamesAsync(web, query)).Names.Should().Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public async Task Pages_follow_one_another_from_nodes_to_pods_and_miss_nothing(int limit)
    {
        await using var web = await TestEndpoint.StartAsync();
        Fill(web);
        var all = new List<string>();
        string? after = "";
        for (var pages = 0; after is not null && pages < 10; pages++)
        {
            var (names, next, matching) = await NamesAsync(web, $"?limit={limit}&after={Uri.EscapeDataString(after)}");
            matching.Should().Be(5);
            names.Should().HaveCountLessThanOrEqualTo(limit);
            all.AddRange(names);
            after = next;
        }

        all.Should().Equal("worker-1", "worker-2", "pay/web-1", "shop/db", "shop/web-0");
    }

    [Test]
    public async Task A_page_can_end_behind_a_name_that_no_address_could_hold()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Follow();
        web.Pods.Publish(TestFeed.Not("ns", new string('x', 100_000), Reason.NameTooLong), TestFeed.Not("ns", "/&=%?#", Reason.PodFinished), TestFeed.Not("ns", "z", Reason.PodFinished));
        var (first, next, _) = await NamesAsync(web, "?limit=1");
        first.Should().Equal("ns//&=%?#");
        var (second, last, _) = await NamesAsync(web, $"?limit=1&after={Uri.EscapeDataString(next!)}");
        second.Single().Should().HaveLength(100_003);
        last!.Length.Should().BeLessThan(1000);
        (await NamesAsync(web, $"?limit=1&after={Uri.EscapeDataString(last)}")).Names.Should().Equal("ns/z");
    }

    [TestCase("?limit=0", "limit is \"0\"; it may be 1 to 1000")]
    [TestCase("?limit=1001", "limit is \"1001\"; it may be 1 to 1000")]
    [TestCase("?limit=-1", "limit is \"-1\"; it may be 1 to 1000")]
    [TestCase("?limit=1&limit=2", "limit is given more than once")]
    [TestCase("?kind=service", "kind is \"service\"; it may be nodes, pods or empty")]
    [TestCase("?verdict=good", "verdict is \"good\"; it may be empty or one of target, not_target, remarked, node_without_address, *")]
    [TestCase("?after=x", "after is \"x\"; take it from the page before")]
    [TestCase("?query=x", "there is no parameter query; there are kind, q, verdict, limit, after")]
    public async Task A_wrong_parameter_is_refused_with_what_it_may_be(string query, string words)
    {
        await using var web = await TestEndpoint.StartAsync();
        foreach (var path in new[] { "/api/objects", "/" })
        {
            var (code, text) = await web.GetAsync(path + query);
            code.Should().Be(HttpStatusCode.BadRequest);
            text.Should().Match(words + "\n");
        }
    }

    [Test]
    public async Task Beside_a_target_stands_what_Prometheus_has_of_it()
    {
        var now = DateTimeOffset.UnixEpoch;
        var prometheus = new FixedPrometheus();
        await using var web = await TestEndpoint.StartAsync(prometheus: prometheus);
        web.Pods.Follow();
        web.Pods.Publish(TestFeed.Pod("ns", "a", "10.0.0.1:1"), TestFeed.Pod("ns", "b", "10.0.0.2:1"), TestFeed.Pod("ns", "c", "10.0.0.3:1"));
        (await HealthAsync(web)).Should().Equal(null, null, null);
        prometheus.State = new(new("http://127.0.0.1:9090"), now, null, [], new Dictionary<string, ScrapedTarget>
        {
            ["10.0.0.1:1"] = new("10.0.0.1:1", "/t/pods.json", "pods", ScrapeHealth.Up, null, now),
            ["10.0.0.2:1"] = new("10.0.0.2:1", "/t/pods.json", "pods", ScrapeHealth.Down, "connection refused", now),
        });
        (await HealthAsync(web)).Should().Equal("up ", "down connection refused", "missing ");
        prometheus.State = prometheus.State with { Fault = "connection refused" };
        (await HealthAsync(web)).Should().Equal(new string?[] { null, null, null }, "what it once had is not what it has");
    }

    [Test]
    public async Task A_pod_whose_address_a_newer_one_has_is_not_a_target_and_says_whose_it_is()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Pods.Follow();
        web.Pods.Publish(Aged("old", 1), Aged("new", 2));
        var objects = JsonNode.Parse((await web.GetAsync("/api/objects?verdict=address_taken")).Text)!["objects"]!.AsArray();
        objects.Should().ContainSingle();
        ((string?)objects[0]!["name"]).Should().Be("old");
        ((string?)objects[0]!["targets"]![0]!["takenBy"]).Should().Be("ns/new");

        static (ObjectKey, Verdict) Aged(string name, int seconds) => (
            new("ns", name), new Verdict.Target([new TargetGroup("10.0.0.1:1", [])], []) { Created = DateTimeOffset.UnixEpoch.AddSeconds(seconds) });
    }

    private static void Fill(TestEndpoint web)
    {
        web.Follow();
        web.Nodes.Publish(TestFeed.Pod("", "worker-1", "10.0.0.1:9100"), TestFeed.Pod("", "worker-2", "10.0.0.2:9100"));
        web.Pods.Publish(
            TestFeed.Not("shop", "web-0", Reason.PodNotRunning), TestFeed.Not("shop", "db", Reason.PodFinished),
            TestFeed.Pod("pay", "web-1", "10.0.0.4:1", new Remark(RemarkKind.PortLeftOut, "x")));
    }

    private static async Task<(List<string> Names, string? Next, int Matching)> NamesAsync(TestEndpoint web, string query)
    {
        var (code, text) = await web.GetAsync($"/api/objects{query}");
        code.Should().Be(HttpStatusCode.OK, text);
        var page = JsonNode.Parse(text)!;
        return (
            [.. page["objects"]!.AsArray().Select(row => new ObjectKey((string)row!["namespace"]!, (string)row["name"]!).ToString())],
            (string?)page["next"], (int)page["matching"]!);
    }

    private static async Task<List<string?>> HealthAsync(TestEndpoint web) =>
        [.. JsonNode.Parse((await web.GetAsync("/api/objects")).Text)!["objects"]!.AsArray()
            .Select(row => row!["targets"]![0]!["prometheus"] is { } scrape ? $"{scrape["health"]} {scrape["error"]}" : null)];
}

using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Web;

/// <summary><c>/api/status</c>.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class StatusTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    [Test]
    public async Task Before_anything_is_known_it_says_what_is_missing_and_makes_up_nothing()
    {
        await using var web = await TestEndpoint.StartAsync(time: _time);
        var status = await StatusAsync(web);
        ((bool)status["ready"]!).Should().BeFalse();
        status["missing"]!.AsArray().Select(line => (string)line!).Should().Equal(
            "nodes: not listed yet", "nodes.json: not written yet", "pods: not listed yet", "pods.json: not written yet");
        var file = status["files"]![1]!;
        foreach (var unknown in new[] { "objects", "targets", "bytes", "lastWrite", "lastVerified" })
            file[unknown].Should().BeNull(unknown);
        var stream = status["streams"]![0]!;
        foreach (var unknown in new[] { "dialect", "mode", "followedBy", "lastContact", "knownUntil" })
            stream[unknown].Should().BeNull(unknown);
        status["prometheus"].Should().BeNull();
    }

    [Test]
    public async Task It_tells_both_files_with_their_counts_and_moments()
    {
        await using var web = await TestEndpoint.StartAsync(time: _time);
        web.Follow();
        _time.Advance(TimeSpan.FromSeconds(5));
        var content = web.Pods.Publish(
            TestFeed.Pod("ns", "a", "10.0.0.1:1", new Remark(RemarkKind.PortLeftOut, "x")), TestFeed.Not("ns", "b", Reason.PodFinished), TestFeed.Not("ns", "c", Reason.PodFinished));
        _time.Advance(TimeSpan.FromSeconds(5));
        var status = await StatusAsync(web);
        ((string?)status["version"]).Should().Be("1.2.3");
        ((double)status["uptimeSeconds"]!).Should().Be(10);
        JsonNode.DeepEquals(status["files"]![1], JsonNode.Parse($$"""
            {
              "name": "pods.json", "resource": "pods", "path": "/targets/pods.json", "objects": 3, "targets": 1, "bytes": {{content.Length}},
              "lastWrite": "1970-01-01T00:00:05+00:00", "lastVerified": "1970-01-01T00:00:10+00:00",
              "verdicts": {"target": 1, "pod_finished": 2}, "remarks": {"port_left_out": 1}, "missing": null
            }
            """)).Should().BeTrue("{0}", status["files"]![1]);
        JsonNode.DeepEquals(status["streams"]![1], JsonNode.Parse("""
            {
              "name": "pods", "synced": true, "missing": null, "dialect": null, "mode": null, "followedBy": null,
              "lastContact": "1970-01-01T00:00:00+00:00", "knownUntil": "1970-01-01T00:00:10+00:00"
            }
            """)).Should().BeTrue("{0}", status["streams"]![1]);
    }

    [Test]
    public async Task What_a_write_that_found_it_already_said_is_no_later_write()
    {
        await using var web = await TestEndpoint.StartAsync(time: _time);
        web.Pods.Follow();
        var content = web.Pods.Publish(TestFeed.Pod("ns", "a", "10.0.0.1:1"));
        _time.Advance(TimeSpan.FromSeconds(5));
        web.Pods.File.Writing(content);
        web.Pods.File.Published(new Publication(false, 1, content.Length));
        ((string?)(await StatusAsync(web))["files"]![1]!["lastWrite"]).Should().Be("1970-01-01T00:00:00+00:00");
    }

    [Test]
    public async Task During_an_outage_the_stream_is_known_until_its_beginning()
    {
        await using var web = await TestEndpoint.StartAsync(time: _time);
        web.Follow();
        _time.Advance(TimeSpan.FromSeconds(5));
        web.Pods.Stream.Failed(new TimeoutException("silent"), TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(5));
        var stream = (await StatusAsync(web))["streams"]![1]!;
        ((bool)stream["synced"]!).Should().BeFalse();
        ((string?)stream["missing"]).Should().Be("not followed: silent");
        ((string?)stream["knownUntil"]).Should().Be("1970-01-01T00:00:05+00:00");
    }

    [Test]
    public async Task It_tells_what_Prometheus_has_in_numbers_and_without_all_of_its_targets()
    {
        var prometheus = new FixedPrometheus
        {
            State = new(
                new("http://127.0.0.1:9090"), DateTimeOffset.UnixEpoch, null,
                [new("pods.json", 3, ["10.0.0.1:1"], 1, ["10.0.0.9:1"], 1, [new("10.0.0.2:1", "/t/pods.json", "pods", ScrapeHealth.Down, "refused", null)], 1, TimeSpan.FromSeconds(42), "Look.")],
                new Dictionary<string, ScrapedTarget> { ["10.0.0.2:1"] = new("10.0.0.2:1", "/t/pods.json", "pods", ScrapeHealth.Down, "refused", null) }),
        };
        await using var web = await TestEndpoint.StartAsync(prometheus: prometheus);
        JsonNode.DeepEquals((await StatusAsync(web))["prometheus"], JsonNode.Parse("""
            {
              "url": "http://127.0.0.1:9090", "askedAt": "1970-01-01T00:00:00+00:00", "fault": null,
              "files": [{
                "file": "pods.json", "published": 3, "missingCount": 1, "missing": ["10.0.0.1:1"], "extraCount": 1, "extra": ["10.0.0.9:1"],
                "failingCount": 1, "failing": [{"address": "10.0.0.2:1", "file": "/t/pods.json", "pool": "pods", "health": "down", "error": "refused", "lastScrape": null}],
                "droppedCount": 0, "lagSeconds": 42, "diagnosis": "Look."
              }]
            }
            """)).Should().BeTrue();
    }

    private static async Task<JsonNode> StatusAsync(TestEndpoint web) => JsonNode.Parse((await web.GetAsync("/api/status")).Text)!;
}

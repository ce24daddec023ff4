using System.Text.Json;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Scraping;

internal sealed class AnswerTests
{
    [TestCase(1)]
    [TestCase(1000)]
    [TestCase(int.MaxValue)]
    public async Task Of_the_targets_those_of_the_file_s_name_are_kept_however_the_bytes_arrive(int pieceSize)
    {
        var answer = await Answers.Read(Fixture.Bytes("prometheus/targets.json"), pieceSize);
        answer.Targets.Select(target => (target.Address, target.File, target.Pool, target.Health)).Should().Equal(
            ("localhost:1", "targets/pods.json", "pods", ScrapeHealth.Down),
            ("127.9.0.1:1", "other/pods.json", "pods", ScrapeHealth.Down),
            ("127.0.0.1:18998", "targets/pods.json", "pods", ScrapeHealth.Down),
            ("127.0.0.2:18999", "targets/pods.json", "pods", ScrapeHealth.Down),
            ("127.0.0.1:18999", "targets/pods.json", "pods", ScrapeHealth.Down),
            ("127.0.0.9:1", "targets/pods.json", "pods", ScrapeHealth.Dropped));
        answer.Targets[4].Error.Should().Be("server returned HTTP status 404 File not found");
        answer.Targets[4].LastScrape!.Value.UtcDateTime.Should().BeCloseTo(new DateTime(2026, 11, 26, 8, 0, 49, 531, DateTimeKind.Utc), TimeSpan.FromMilliseconds(1));
        answer.Targets[5].LastScrape.Should().BeNull();
        answer.Unlisted.Should().BeEmpty("this Prometheus lists all that it drops");
    }

    [Test]
    public async Task Targets_of_http_sd_are_known_by_the_address_that_is_asked()
    {
        var answer = await Answers.Read("""
            {"status":"success","data":{"activeTargets":[
              {"discoveredLabels":{"__address__":"a:1","__meta_url":"http://127.0.0.1:9099/sd/pods"},"scrapePool":"p","lastError":"","lastScrape":"0001-01-01T00:00:00Z","health":"unknown"},
              {"discoveredLabels":{"__address__":"b:1","__meta_url":"http://127.0.0.1:9099/sd/nodes"},"scrapePool":"p","health":"up"},
              {"discoveredLabels":{"__address__":"c:1"},"scrapePool":"p","health":"up"}],"droppedTargets":[]}}
            """);
        answer.Targets.Should().Equal(new ScrapedTarget("a:1", "http://127.0.0.1:9099/sd/pods", "p", ScrapeHealth.Unknown, null, null));
    }

    [Test]
    public async Task Dropped_targets_that_are_counted_and_not_listed_are_counted()
    {
        var answer = await Answers.Read("""
            {"status":"success","data":{"activeTargets":[],"droppedTargets":[
              {"discoveredLabels":{"__address__":"a:1","__meta_filepath":"/t/pods.json","job":"p"},"scrapePool":"p"}],"droppedTargetCounts":{"p":5,"other":0,"x":null}}}
            """);
        answer.Unlisted.Should().Equal(new Dictionary<string, long> { ["p"] = 4 });
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("<html>")]
    [TestCase("{}")]
    [TestCase("""{"status":"success","data":{}}""")]
    [TestCase("""{"status":"success","data":[]}""")]
    [TestCase("""{"status":"success","data":{"activeTargets":{}}}""")]
    [TestCase("""{"status":"success","data":{"activeTargets":[1]}}""")]
    [TestCase("""{"status":"success","data":{"activeTargets":[]}""")]
    [TestCase("""{"status":"success","data":{"activeTargets":[{"scrapePool":"\ud800"}]}}""")]
    public async Task What_is_no_answer_is_a_fault(string answer) =>
        await FluentActions.Awaiting(() => Answers.Read(answer)).Should().ThrowAsync<JsonException>();

    [Test]
    public async Task A_target_without_an_end_is_a_fault() =>
        await FluentActions.Awaiting(() => Answers.Read("""{"data":{"activeTargets":[{"lastError":" """.TrimEnd() + new string('x', 2 * (int)TargetsReader.LongestTarget)))
            .Should().ThrowAsync<InvalidDataException>();

    [Test]
    public async Task A_target_that_says_everything_wrongly_is_passed_over()
    {
        var answer = await Answers.Read("""
            {"data":{"activeTargets":[{"discoveredLabels":[1,{"a":2}],"health":{"x":[1]},"scrapePool":7,"lastScrape":"never","lastError":null},
            {"discoveredLabels":{"__address__":{"a":1},"__meta_filepath":"/t/pods.json"}}]},"more":[{}]}
            """);
        answer.Targets.Should().BeEmpty();
    }

    [Test]
    public async Task Its_own_metrics_say_which_state_of_a_file_it_has_read()
    {
        var own = await Answers.Own(Fixture.Bytes("prometheus/metrics.txt"));
        own.FileTimes.Should().Equal(new Dictionary<string, long>
        {
            ["other/pods.json"] = 1795680040,
            ["targets/nodes.json"] = 1795680040,
            ["targets/pods.json"] = 1795680040,
        });
        own.Should().BeEquivalentTo(new { ReadErrors = 0, WatchErrors = 0, StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(1795680039830) });
    }

    [TestCase("")]
    [TestCase("p")]
    [TestCase("process_start_time_seconds\nprometheus_sd_file_mtime_seconds{filename=\"\nprometheus_sd_file_mtime_seconds{filename=\"x\"} NaN\n")]
    [TestCase("prometheus_sd_file_mtime_seconds{filename=\"x\"} 1e300\nprocess_start_time_seconds 1e300\nprometheus_sd_file_read_errors_total x\n")]
    public async Task Metrics_that_say_nothing_of_use_are_none(string text) =>
        (await Answers.Own(System.Text.Encoding.UTF8.GetBytes(text))).Should().BeEquivalentTo(new OwnMetrics(null, null, null, new Dictionary<string, long>()));

    [Test]
    public void Its_configuration_says_which_files_are_read() =>
        Answers.Configs.Should().BeEquivalentTo(new[]
        {
            new FileSdConfig("nodes", ["targets/nodes.json"], TimeSpan.FromSeconds(30), RewritesAddress: false),
            new FileSdConfig("pods", ["targets/pod*.json", "other/*.json"], TimeSpan.FromMinutes(5), RewritesAddress: true),
        });

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("""{"data":{"yaml":7}}""")]
    [TestCase("""{"data":{"yaml":"a: [\n"}}""")]
    public void A_configuration_that_cannot_be_understood_is_none(string answer) =>
        ConfigReader.Read(System.Text.Encoding.UTF8.GetBytes(answer)).Should().BeNull();

    [Test]
    public void A_configuration_that_is_nested_without_end_is_none() =>
        ConfigReader.Read(JsonSerializer.SerializeToUtf8Bytes(new { data = new { yaml = new string('[', 1_000_000) } })).Should().BeNull();
}

using Minik8s.FileSd.Scraping;

namespace Minik8s.FileSd.Tests.Scraping;

internal sealed class DifferenceTests
{
    [Test]
    public async Task The_recorded_Prometheus_has_all_but_what_it_drops_and_what_it_gives_another_address()
    {
        var difference = Difference.Of(Answers.Pods, Answers.Published, await Answers.Recorded(), before: null);
        difference.Source.Should().Be("targets/pods.json", "the other shares no target");
        difference.Missing.Should().Equal("127.0.0.8:1");
        difference.Extra.Should().Equal("localhost:1");
        difference.Dropped.Should().Be(1);
        difference.Failing.Select(target => target.Address).Should().Equal("127.0.0.1:18998", "127.0.0.2:18999", "127.0.0.1:18999");
        difference.Rewritten(Answers.Configs).Should().BeEquivalentTo(new { Missing = Array.Empty<string>(), Extra = Array.Empty<string>() });
        difference.Rewritten([.. Answers.Configs.Select(config => config with { RewritesAddress = false })]).Should().Be(difference);
    }

    [Test]
    public void Of_two_files_of_the_name_the_very_path_counts()
    {
        var answer = Answers.Of(Answers.Target("a:1"), Answers.Target("b:1", file: "/other/pods.json"), Answers.Target("c:1", file: "/other/pods.json"));
        Difference.Of(Answers.Pods, ["b:1", "c:1"], answer, null).Should().BeEquivalentTo(new
        {
            Source = "/srv/targets/pods.json",
            Missing = new[] { "b:1", "c:1" },
            Extra = new[] { "a:1" },
        });
    }

    [Test]
    public void Else_that_which_has_most_of_our_targets()
    {
        var answer = Answers.Of(Answers.Target("a:1", file: "/a/pods.json"), Answers.Target("b:1", file: "/b/pods.json"), Answers.Target("c:1", file: "/b/pods.json"));
        Difference.Of(Answers.Pods, ["a:1", "b:1", "c:1"], answer, null).Should().BeEquivalentTo(new { Source = "/b/pods.json", Missing = new[] { "a:1" } });
    }

    [Test]
    public void A_file_of_the_name_that_shares_nothing_is_a_stranger_unless_it_was_ours_before()
    {
        var answer = Answers.Of(Answers.Target("a:1", file: "/a/pods.json"));
        Difference.Of(Answers.Pods, ["b:1"], answer, null).Should().BeEquivalentTo(new { Source = (string?)null, Stranger = "/a/pods.json", Extra = Array.Empty<string>() });
        Difference.Of(Answers.Pods, ["b:1"], answer, "/a/pods.json").Should().BeEquivalentTo(new { Source = "/a/pods.json", Missing = new[] { "b:1" }, Extra = new[] { "a:1" } });
    }

    [Test]
    public void A_target_that_one_job_drops_and_another_scrapes_is_scraped()
    {
        var answer = Answers.Of(Answers.Target("a:1", ScrapeHealth.Dropped), Answers.Target("a:1"), Answers.Target("b:1", ScrapeHealth.Dropped));
        Difference.Of(Answers.Pods, ["a:1", "b:1"], answer, null).Dropped.Should().Be(1);
    }

    [Test]
    public void What_a_job_drops_and_does_not_list_is_not_missing()
    {
        var answer = Answers.Of(Answers.Target("a:1")) with { Unlisted = new Dictionary<string, long> { ["pods"] = 2, ["other"] = 9 } };
        Difference.Of(Answers.Pods, ["a:1", "b:1", "c:1"], answer, null).Should().BeEquivalentTo(new { Missing = Array.Empty<string>(), Dropped = 2 });
        Difference.Of(Answers.Pods, ["a:1", "b:1", "c:1", "d:1"], answer, null).Missing.Should().HaveCount(3, "that many it does not drop");
    }

    [Test]
    public void The_web_endpoint_is_a_source_like_a_file()
    {
        var answer = Answers.Of(Answers.Target("a:1", file: "http://127.0.0.1:9099/sd/pods"));
        Difference.Of(Answers.Pods, ["a:1"], answer, null).Should().BeEquivalentTo(new { Source = "http://127.0.0.1:9099/sd/pods", Missing = Array.Empty<string>() });
    }

    [TestCase("pods.json", true)]
    [TestCase("*.json", true)]
    [TestCase("/etc/prometheus/targets/p*s.json", true)]
    [TestCase("p?ds.jso[a-n]", true)]
    [TestCase("[^q]ods*", true)]
    [TestCase("pods\\.json", true)]
    [TestCase("*o*s*n", true)]
    [TestCase("*", true)]
    [TestCase("pods", false)]
    [TestCase("*.yml", false)]
    [TestCase("pod.json", false)]
    [TestCase("*pods", false)]
    [TestCase("[^p]*", false)]
    [TestCase("?pods.json", false)]
    [TestCase("[", false)]
    [TestCase("", false)]
    public void A_pattern_matches_as_in_Prometheus(string pattern, bool matches) => FilePattern.Matches(pattern, "pods.json").Should().Be(matches);

    [TestCase("/srv/targets/pods.json", true)]
    [TestCase("targets/pods.json", true)]
    [TestCase("./targets/pods.json", true)]
    [TestCase("pods.json", true)]
    [TestCase("/targets/pods.json", false)]
    [TestCase("gets/pods.json", false)]
    public void A_relative_path_may_be_ours(string path, bool maybe) => FilePattern.MayBeSame("/srv/targets/pods.json", path).Should().Be(maybe);
}

using Minik8s.FileSd.Scraping;

namespace Minik8s.FileSd.Tests.Scraping;

/// <summary>Each diagnosis from the facts that tell it from the others.</summary>
internal sealed class DiagnosisTests
{
    private const string Path = "/srv/targets/pods.json";
    private const long Then = 1_000_000;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static readonly Difference Nothing = new(null, null, [], ["a:1"], [], [], 0);
    private static readonly Difference Older = new(Path, null, [Answers.Target("b:1")], ["a:1"], ["b:1"], [], 0);

    private static readonly Evidence Well = new(
        Answers.Pods, 1, new(Path, null, [Answers.Target("a:1")], [], [], [], 0), TimeSpan.Zero, Grace, Own(seen: Then), null, Then, 0, false, null);

    [Test]
    public void When_all_is_well_nothing_is_said() => Diagnosis.Of(Well).Should().BeNull();

    [Test]
    public void Within_the_grace_nothing_is_said() => Diagnosis.Of(Well with { Difference = Nothing, Lag = Grace }).Should().BeNull();

    [Test]
    public void No_pattern_matches_the_name() =>
        Judge(Well with { Difference = Nothing, Lag = Long, Configs = [Reads("/srv/targets/*.yml", "/srv/targets/pod.json")] }).Should().Be(
            (DiagnosisKind.WrongGlob, "No files: pattern of Prometheus matches pods.json, which is /srv/targets/pods.json here; it reads /srv/targets/*.yml, /srv/targets/pod.json. Name the file in files: of a job's file_sd_configs"));

    [Test]
    public void Of_many_patterns_a_few_are_told() =>
        Judge(Well with { Difference = Nothing, Lag = Long, Configs = [Reads([.. Enumerable.Range(1, 9).Select(i => $"{i}.json")])] }).Text.Should().Contain("1.json, 2.json, 3.json, 4.json, 5.json and 4 more.");

    [Test]
    public void There_is_no_file_sd_at_all() =>
        Judge(Well with { Difference = Nothing, Lag = Long, Configs = [] }).Should().Match<(DiagnosisKind Kind, string Text)>(
            told => told.Kind == DiagnosisKind.WrongGlob && told.Text.Contains("has file_sd_configs: give one the line files: [/srv/targets/pods.json]"));

    [Test]
    public void A_pattern_has_the_name_in_another_folder() =>
        Judge(Well with { Difference = Nothing, Lag = Long, Configs = [Reads("/etc/prometheus/targets/*.json")] }).Should().Be(
            (DiagnosisKind.WrongGlob,
            "Prometheus reads /etc/prometheus/targets/*.json and finds no pods.json there; here it is /srv/targets/pods.json: let files: name that, or mount its folder there"));

    [Test]
    public void The_pattern_is_right_and_nothing_is_found_there() =>
        Judge(Well with { Difference = Nothing, Lag = Long, Configs = [Reads("targets/*.json")] }).Should().Match<(DiagnosisKind Kind, string Text)>(
            told => told.Kind == DiagnosisKind.NotFound && told.Text.Contains("was it there when Prometheus started? Else it looks again after 300 s"));

    [Test]
    public void Without_the_configuration_less_is_said() =>
        Judge(Well with { Difference = Nothing, Lag = Long }).Should().Be(
            (DiagnosisKind.NotFound, "Prometheus has nothing from a file called pods.json: do its files: name /srv/targets/pods.json, and is that the same folder where it runs?"));

    [Test]
    public void Other_users_may_not_look_into_the_folder() =>
        Judge(Well with { Difference = Nothing, Lag = Long, Configs = [Reads(Path)], Obstacle = "the folder has the mode 0700" }).Should().Be(
            (DiagnosisKind.Unreadable, "Prometheus has nothing from pods.json, and the folder has the mode 0700, unless it runs as that user"));

    [Test]
    public void It_could_not_read_a_file_that_it_never_had() =>
        Judge(Well with { Difference = Nothing, Lag = Long, Configs = [Reads(Path)], ReadErrors = 3 }).Should().Match<(DiagnosisKind Kind, string Text)>(
            told => told.Kind == DiagnosisKind.Unreadable && told.Text.Contains("could not read a target file 3 times") && told.Text.Contains("let everybody read it"));

    [Test]
    public void It_cannot_read_any_more_a_file_that_it_had() =>
        Judge(Well with { Difference = Older, Lag = Long, Own = Own(seen: Then - 60), ReadErrors = 1, Obstacle = "its mode is 0600" }).Should().Be(
            (DiagnosisKind.Unreadable, "Prometheus lacks 1 of 1 targets and still has 1 that are gone and could not read a target file 1 times since: its mode is 0600"));

    [Test]
    public void It_reads_another_file_of_the_name() =>
        Judge(Well with { Difference = Nothing with { Stranger = "/etc/other/pods.json" }, Lag = Long }).Should().Match<(DiagnosisKind Kind, string Text)>(
            told => told.Kind == DiagnosisKind.NotFound && told.Text.Contains("a pods.json at /etc/other/pods.json, of whose targets none"));

    [Test]
    public void It_sees_an_older_file_beyond_its_refresh_interval() =>
        Judge(Well with { Difference = Older, Lag = TimeSpan.FromSeconds(91), Own = Own(seen: Then - 60), Configs = [Reads(Path) with { RefreshInterval = Long }] }).Should().Be(
            (DiagnosisKind.OldFile,
            "Prometheus lacks 1 of 1 targets and still has 1 that are gone: at /srv/targets/pods.json it still sees the file as it was 151 s ago, longer than its refresh_interval: "
            + "most likely the single file is mounted, which keeps showing the old one; mount its folder instead"));

    [Test]
    public void It_sees_an_older_file_and_may_still_refresh_it() =>
        Judge(Well with { Difference = Older, Lag = Long, Own = Own(seen: Then - 60, watchErrors: 2) }).Should().Match<(DiagnosisKind Kind, string Text)>(
            told => told.Kind == DiagnosisKind.OldFile && told.Text.Contains("If the single file is mounted") && told.Text.Contains("ends after 300 s") && told.Text.Contains("2 errors of watching"));

    [Test]
    public void It_has_the_targets_and_not_the_newest_labels() =>
        Judge(Well with { Lag = Long, Own = Own(seen: Then - 60) }).Text.Should().StartWith("Prometheus does not have the newest labels: at /srv/targets/pods.json it still sees the file as it was");

    [Test]
    public void It_is_late_again() =>
        Judge(Well with { Difference = Older, Lag = Long, Own = Own(seen: Then - 60), WasLate = true }).Should().Match<(DiagnosisKind Kind, string Text)>(
            told => told.Kind == DiagnosisKind.Late && told.Text.Contains("it is not notified") && told.Text.Contains("refresh_interval: 15s"));

    [Test]
    public void It_asks_the_endpoint_too_rarely() =>
        Judge(Well with { Difference = Older with { Source = "http://h/sd/pods" }, Lag = Long }).Kind.Should().Be(DiagnosisKind.Late);

    [Test]
    public void It_has_read_the_file_as_it_is_and_has_other_targets() =>
        Judge(Well with { Difference = Older, Lag = Long }).Kind.Should().Be(DiagnosisKind.NotTaken);

    [Test]
    public void Its_relabelling_drops_all() =>
        Judge(Well with { Published = 2, Difference = Well.Difference with { Dropped = 2 } }).Should().Be(
            (DiagnosisKind.AllDropped, "Prometheus reads /srv/targets/pods.json and drops all 2 of its targets: see the relabel_configs of its job pods"));

    [Test]
    public void That_its_relabelling_drops_some_is_no_fault() =>
        Diagnosis.Of(Well with { Published = 2, Difference = Well.Difference with { Dropped = 1 } }).Should().BeNull();

    [Test]
    public void A_scrape_fails() =>
        Judge(Well with { Difference = Well.Difference with { Failing = [Answers.Target("a:1", ScrapeHealth.Down, error: "server returned HTTP status 404 Not Found")] } }).Should().Be(
            (DiagnosisKind.Failing,
            "1 of 1 targets cannot be scraped, such as a:1: server returned HTTP status 404 Not Found (there is no such page: of a pod, the annotation prometheus.io/path names the program's own; else metrics_path of the job)"));

    [Test]
    public void What_Prometheus_says_is_fit_for_a_log_line()
    {
        const string evil = "/x\n\u001b[31m\u202e";
        foreach (var evidence in new[]
        {
            Well with { Difference = Nothing, Lag = Long, Configs = [Reads(evil + ".yml")] },
            Well with { Difference = Nothing, Lag = Long, Configs = [Reads(evil + "/pods.json")] },
            Well with { Difference = Nothing with { Stranger = evil + "/pods.json" }, Lag = Long },
            Well with { Difference = Older with { Source = evil + "/pods.json" }, Lag = Long },
            Well with { Difference = Well.Difference with { Dropped = 1, Targets = [Answers.Target("a:1") with { Pool = evil }] } },
            Well with { Difference = Well.Difference with { Failing = [Answers.Target(evil, ScrapeHealth.Down)] } },
        })
        {
            Judge(evidence).Text.Should().Contain("/x").And.NotContainAny("\n", "\u001b", "\u202e");
        }
    }

    // As a real Prometheus 2.42 has worded them.
    [TestCase("Get \"http://127.0.0.1:18998/metrics\": dial tcp 127.0.0.1:18998: connect: connection refused", "0.0.0.0")]
    [TestCase("server returned HTTP status 404 File not found", "prometheus.io/path")]
    [TestCase("\"INVALID\" is not a valid start token", "no page of metrics")]
    [TestCase("Get \"https://127.0.0.1:18999/metrics\": tls: first record does not look like a TLS handshake", "it speaks http")]
    [TestCase("Get \"http://nosuch.invalid:80/metrics\": dial tcp: lookup nosuch.invalid: no such host", "not known")]
    [TestCase("Get \"http://10.0.0.1/metrics\": context deadline exceeded", "too late")]
    public void A_frequent_error_has_a_hint(string error, string words) => ScrapeHint.Of(error).Should().Contain(words);

    [Test]
    public void A_rare_error_has_none() => ScrapeHint.Of("something else").Should().BeNull();

    private static (DiagnosisKind Kind, string Text) Judge(Evidence evidence) => Diagnosis.Of(evidence) is { } told ? (told.Kind, told.Text) : default;

    private static FileSdConfig Reads(params string[] patterns) => new("pods", patterns, TimeSpan.FromMinutes(5), RewritesAddress: false);

    private static OwnMetrics Own(long seen, double watchErrors = 0) => new(null, 0, watchErrors, new Dictionary<string, long> { [Path] = seen });
}

using System.Text.Json;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Explaining;

/// <summary>What is said of a daemon's files and of Prometheus' side, beside a real API server. The objects themselves: GoldenExplainTests.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ExplainerTests
{
    private const string Address = "10.1.0.1:2112";
    private static readonly Subject Web = new(SubjectKind.Pod, "default/web");
    private static readonly Uri Prometheus = new("http://127.0.0.9:9090/");

    private readonly KnownByTest _files = new();
    private TestCluster _cluster = null!;
    private HttpClient _http = null!;

    [SetUp]
    public async Task Start()
    {
        _cluster = await TestCluster.StartAsync();
        _http = new HttpClient { BaseAddress = _cluster.Server.Uri };
    }

    [TearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task A_target_that_the_file_has_is_one()
    {
        Know(Written());
        _cluster.AddPod("web", "10.1.0.1");
        var said = await Explain();
        (said.IsTarget, said.Verdict).Should().Be((true, "target"));
        said.Targets.Should().Equal(Address);
        Check(said, "file").Should().Match<ExplainCheck>(check => check.Outcome == CheckOutcome.Passed && check.Fact.Contains("/targets/pods.json"));
        said.Source.Should().Be("a test");
    }

    [Test]
    public async Task What_has_changed_since_the_daemon_heard_is_said_to_have_changed_just_now()
    {
        Know(Written() with { Newest = new([TargetSet.Empty]), Written = new([TargetSet.Empty]) });
        _cluster.AddPod("web", "10.1.0.1");
        Check(await Explain(), "file").Should().Be(new ExplainCheck(
            "file", CheckOutcome.Warned, "what pods.json is to say of it is not this yet: it has changed just now", "ask again in a second"));
    }

    [Test]
    public async Task Where_the_stream_is_not_followed_that_is_why_the_file_is_behind()
    {
        Know(Written() with { Newest = new([TargetSet.Empty]), Written = null, Missing = ["pods: not followed: Connection refused"] });
        _cluster.AddPod("web", "10.1.0.1");
        Check(await Explain(), "file").Fact.Should().Be("what pods.json is to say of it is not this yet: pods: not followed: Connection refused");
    }

    [Test]
    public async Task A_file_that_cannot_be_written_is_why_a_target_is_in_none()
    {
        Know(Written() with { Written = null, Missing = ["pods.json: the newest content is not written: No space left on device"] });
        _cluster.AddPod("web", "10.1.0.1");
        Check(await Explain(), "file").Should().Match<ExplainCheck>(check => check.Outcome == CheckOutcome.Warned && check.Fact.Contains("No space left on device"));
    }

    [Test]
    public async Task Before_the_first_list_nothing_is_in_the_file()
    {
        Know(Written() with { Newest = null, Written = null, Missing = ["pods: not listed yet: 403"] });
        _cluster.AddPod("web", "10.1.0.1");
        var said = await Explain();
        said.IsTarget.Should().BeTrue("it would be one");
        Check(said, "file").Should().Match<ExplainCheck>(check => check.Outcome == CheckOutcome.Failed && check.Fact.Contains("not listed yet"));
        said.Summary.Should().Be("pod default/web is a target, 10.1.0.1:2112, but pods.json does not have it: pods: not listed yet: 403");
    }

    [Test]
    public async Task What_the_guard_holds_is_a_target_though_the_server_lacks_it()
    {
        const string doubt = "pods: the last list lacks 6 of 6 targets, which stay until another list agrees";
        Know(Written() with { Held = 6, Missing = [doubt] });
        var said = await Explain();
        (said.IsTarget, said.Verdict).Should().Be((true, "target"));
        Check(said, "guard").Fact.Should().Contain(doubt);
        said.Targets.Should().Equal(Address);
    }

    [Test]
    public async Task What_is_gone_and_still_in_the_file_is_said_to_have_gone_just_now()
    {
        Know(Written());
        var said = await Explain();
        (said.IsTarget, said.Verdict).Should().Be((false, "not_found"));
        Check(said, "file").Fact.Should().Be($"pods.json still has {Address}: it has changed just now");
    }

    [Test]
    public async Task An_address_that_another_pod_has_taken_is_in_the_file_for_that_one()
    {
        var target = (Verdict.Target)new FileSdOptions { PodPortName = "prometheus" }.PodProjection.Project(Pod());
        var both = new FileContent([Contents.Listed(
        [
            (new ObjectKey("default", "newer"), target with { Created = DateTimeOffset.MaxValue }),
            (new ObjectKey("default", "web"), target with { Created = DateTimeOffset.UnixEpoch }),
        ])]);
        Know(Written() with { Newest = both, Written = both });
        _cluster.AddPod("web", "10.1.0.1");
        var said = await Explain();
        (said.IsTarget, said.Verdict).Should().Be((false, "address_taken"));
        said.Checks.Should().NotContain(check => check.Name == "file", "nothing of it is there still");
    }

    [Test]
    public async Task When_the_API_server_is_away_what_was_known_is_told()
    {
        Know(Written());
        await _cluster.Server.DisposeAsync();
        var said = await Explain();
        (said.IsTarget, said.Verdict).Should().Be((true, "target"));
        Check(said, "found").Should().Match<ExplainCheck>(check => check.Outcome == CheckOutcome.Unknown && check.Fact.Contains("Connection refused"));
        Check(said, "file").Outcome.Should().Be(CheckOutcome.Passed);
        var other = await Explain(new Subject(SubjectKind.Pod, "default/other"));
        (other.IsTarget, other.Verdict).Should().Be((null, null), "whether there is such a pod cannot be found out");
        (await Explain(new Subject(SubjectKind.Target, "10.9.9.9:1"))).IsTarget.Should().BeNull();
    }

    [Test]
    public async Task A_reason_that_was_known_is_told_when_the_API_server_is_away()
    {
        Know(Written() with { Newest = Content(new Verdict.NotTarget(Reason.PodNotRunning, "")), Written = null });
        await _cluster.Server.DisposeAsync();
        var said = await Explain();
        (said.IsTarget, said.Verdict).Should().Be((false, "pod_not_running"));
        Check(said, "phase").Fact.Should().Be(Reasons.Text(Reason.PodNotRunning));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_group_that_Prometheus_would_reject_is_an_error_of_the_daemon(bool hasOther)
    {
        _cluster.AddPod("web", "10.1.0.1");
        TargetGroup[] groups = [new("10.1.0.1/x", []), .. hasOther ? (TargetGroup[])[new(Address, [])] : []];
        var said = await Explain(project: _ => new Verdict.Target(groups, []));
        (said.IsTarget, said.Verdict).Should().Be((hasOther, hasOther ? "target" : "group_invalid"));
        said.Checks.Should().Contain(check =>
            check.Name == "group" && check.Outcome == (hasOther ? CheckOutcome.Warned : CheckOutcome.Failed) && check.Fix == Fixes.Of(RemarkKind.GroupInvalid, new Owner("pod", default, Dialect.Kubernetes)));
    }

    [Test]
    public async Task Without_a_Prometheus_to_ask_that_is_said()
    {
        Know(Written());
        _cluster.AddPod("web", "10.1.0.1");
        Check(await Explain(), "prometheus").Should().Be(new ExplainCheck("prometheus", CheckOutcome.Unknown, "Prometheus was not asked: --prometheus.url is not set"));
    }

    [Test]
    public async Task A_Prometheus_that_cannot_be_asked_says_nothing_of_the_target()
    {
        var said = await Explain(State(fault: "Connection refused"));
        Check(said, "prometheus").Should().Be(new ExplainCheck("prometheus", CheckOutcome.Unknown, $"Prometheus at {Prometheus} cannot be asked: Connection refused"));
        said.IsTarget.Should().BeTrue();
    }

    [Test]
    public async Task A_target_that_Prometheus_lacks_is_told_with_what_is_wrong_with_the_file()
    {
        var said = await Explain(State(diagnosis: "no job reads the folder"));
        Check(said, "prometheus").Should().Be(new ExplainCheck("prometheus", CheckOutcome.Failed, $"Prometheus does not have {Address}", "no job reads the folder"));
        said.Summary.Should().EndWith($", but Prometheus does not have {Address}");
        said.IsTarget.Should().BeTrue("it is in the file");
    }

    [Test]
    public async Task A_target_that_relabelling_drops_is_told_with_its_job()
    {
        var check = Check(await Explain(State(ScrapeHealth.Dropped)), "prometheus");
        check.Outcome.Should().Be(CheckOutcome.Failed);
        (check.Fact + check.Fix).Should().Contain("job pods").And.Contain("relabel_configs");
    }

    [Test]
    public async Task A_scrape_that_goes_well_is_the_end_of_the_way()
    {
        var said = await Explain(State(ScrapeHealth.Up));
        said.Checks.Should().NotContain(check => check.Outcome != CheckOutcome.Passed);
        said.Checks.Select(check => check.Name).Should().Equal("found", "namespace", "label", "phase", "address", "port", "file", "prometheus", "scrape");
    }

    [TestCase("Get \"http://10.1.0.1:2112/metrics\": dial tcp 10.1.0.1:2112: connect: connection refused", "0.0.0.0")]
    [TestCase("server returned HTTP status 404 Not Found", "prometheus.io/path")]
    [TestCase("context deadline exceeded", "network policies")]
    [TestCase("http: server gave HTTP response to HTTPS client", "prometheus.io/scheme")]
    [TestCase("expected label name, got \"INVALID\"", "format")]
    [TestCase("something new", "curl http://10.1.0.1:2112/metrics")]
    public async Task A_scrape_that_fails_is_told_with_its_error_and_a_hint(string error, string hint)
    {
        var check = Check(await Explain(State(ScrapeHealth.Down, error)), "scrape");
        check.Outcome.Should().Be(CheckOutcome.Failed);
        check.Fact.Should().EndWith($"failed: {error}");
        check.Fix.Should().Contain(hint);
    }

    [TestCase("pod", "a/b/c")]
    [TestCase("pod", "../nodes")]
    [TestCase("pod", "default/..")]
    [TestCase("pod", "")]
    [TestCase("pod", "default/web?watch=true")]
    [TestCase("pod", "default/web,metadata.namespace!=x")]
    [TestCase("node", "a/b")]
    [TestCase("node", "a\nb")]
    [TestCase("target", "10.0.0.1")]
    [TestCase("target", "10.0.0.1:80/x")]
    [TestCase("target", "fd00::1:80")]
    [TestCase("service", "web")]
    public async Task What_is_no_name_is_not_asked_for(string kind, string name)
    {
        FluentActions.Invoking(() => Subject.Parse(kind, name)).Should().Throw<FormatException>();
        if (kind == "service")
            return;
        var requests = _cluster.Server.Faults.Requests.Count;
        var said = await Explain(new Subject(Enum.Parse<SubjectKind>(kind, ignoreCase: true), name));
        (said.IsTarget, said.Verdict).Should().Be((null, null));
        _cluster.Server.Faults.Requests.Count.Should().Be(requests);
    }

    [Test]
    public async Task In_JSON_it_is_written_in_words_and_read_again()
    {
        Know(Written());
        _cluster.AddPod("web", "10.1.0.1");
        var said = await Explain();
        var json = JsonSerializer.Serialize(said, ExplanationJson.Default.Explanation);
        json.Should().StartWith("""{"subject":{"kind":"pod","name":"default/web"},"isTarget":true,"verdict":"target","summary":""")
            .And.Contain("""{"name":"found","outcome":"passed","fact":""");
        JsonSerializer.Deserialize(json, ExplanationJson.Default.Explanation).Should().BeEquivalentTo(said);
    }

    [Test]
    public async Task A_pod_that_may_be_listed_in_its_namespace_alone_is_explained_there()
    {
        _cluster.AddPod("web", "10.1.0.1");
        await using var server = await PlainServer.StartAsync();
        server.Answer = async context =>
        {
            if (context.Request.Path == "/api/v1/namespaces/default/pods")
            {
                await PlainServer.Json(context, await _http.GetByteArrayAsync($"{context.Request.Path}{context.Request.QueryString}"));
                return;
            }

            context.Response.StatusCode = 403;
        };
        using var http = new HttpClient { BaseAddress = server.Uri };
        var options = await OptionsAsync("--pod.namespace=default");
        using var explainer = new Explainer(new(http, options, TimeProvider.System), _files, null, options, TimeProvider.System);
        foreach (var name in (string[])["default/web", "web"])
            (await explainer.ExplainAsync(new(SubjectKind.Pod, name), default)).IsTarget.Should().BeTrue();
        (await explainer.ExplainAsync(new(SubjectKind.Pod, "other/web"), default)).Verdict.Should().BeNull();
    }

    [Test]
    public async Task Nothing_but_lists_is_asked_of_the_server()
    {
        _cluster.AddPod("web", "10.1.0.1");
        await Explain();
        await Explain(new Subject(SubjectKind.Pod, "default/wbe"));
        await Explain(new Subject(SubjectKind.Node, "worker-1"));
        await Explain(new Subject(SubjectKind.Target, "10.1.0.2:80"));
        _cluster.Server.Faults.Requests.Should().NotBeEmpty().And.OnlyContain(request => request.IsList, "the daemon has no other right");
    }

    private static ExplainCheck Check(Explanation said, string name) => said.Checks.Single(check => check.Name == name);

    private void Know(KnownFile file) => _files.Pods = file;

    private static KnownFile Written() => new(
        "/targets/pods.json", Projected(), Projected(), DateTimeOffset.UnixEpoch, [], 0, "mend it")
    { IsFollowed = true };

    private static FileContent Projected() => Content(new FileSdOptions { PodPortName = "prometheus" }.PodProjection.Project(Pod()));

    private static FileContent Content(Verdict verdict) => new([Contents.Listed([(new ObjectKey("default", "web"), verdict)])]);

    /// <summary>As the API server tells that of <see cref="TestCluster.AddPod"/>, but for what it makes up.</summary>
    private static Pod Pod() => new(
        new("web", "default", Labels: new Dictionary<string, string> { ["log"] = "prometheus" }),
        new("worker-1", [new("app", "app:1", [new("prometheus", 2112)])]),
        new("Running", "10.1.0.1"));

    private async Task<Explanation> Explain(PrometheusState state)
    {
        Know(Written());
        _cluster.AddPod("web", "10.1.0.1");
        return await Explain(view: new ViewOfTest(state));
    }

    private async Task<Explanation> Explain(Subject? subject = null, Func<Pod, Verdict>? project = null, IPrometheusView? view = null)
    {
        var options = await OptionsAsync();
        using var explainer = new Explainer(new(_http, options, TimeProvider.System), _files, view, options, TimeProvider.System)
        {
            // The server makes up an identity for each object, which is not what these tests are about.
            ProjectPod = project ?? (pod => options.PodProjection.Project(pod with { Metadata = pod.Metadata with { Uid = null, CreationTimestamp = null } })),
        };
        return await explainer.ExplainAsync(subject ?? Web, default);
    }

    private static async Task<FileSdOptions> OptionsAsync(params string[] flags)
    {
        FileSdOptions? read = null;
        await new CommandLine().RunAsync(flags, new Dictionary<string, string>(), TextWriter.Null, (options, _) =>
        {
            read = options;
            return Task.FromResult(0);
        });
        return read!;
    }

    private static PrometheusState State(ScrapeHealth? health = null, string? error = null, string? fault = null, string? diagnosis = null) => new(
        Prometheus, DateTimeOffset.UnixEpoch, fault,
        [new("pods.json", 1, [], 0, [], 0, [], 0, TimeSpan.Zero, diagnosis)],
        health is null ? new Dictionary<string, ScrapedTarget>() : new Dictionary<string, ScrapedTarget>
        {
            [Address] = new(Address, "/etc/prometheus/targets/pods.json", "pods", health.Value, error, DateTimeOffset.UnixEpoch),
        });

    private sealed class KnownByTest : IKnownFiles
    {
        public KnownFile Pods { get; set; } = new("/targets/pods.json", null, null, null, [], 0, "");

        public string Source => "a test";

        public Task<KnownFile> NodesAsync(CancellationToken stop) => Task.FromResult(Pods with { Path = "/targets/nodes.json", Newest = null, Written = null });

        public Task<KnownFile> PodsAsync(CancellationToken stop) => Task.FromResult(Pods);
    }

    private sealed class ViewOfTest(PrometheusState state) : IPrometheusView
    {
        public PrometheusState? State => null;

        public Task<PrometheusState?> AskAsync(CancellationToken stop) => Task.FromResult<PrometheusState?>(state);
    }
}

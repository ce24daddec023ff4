using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Samples;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>The page in a real browser, before a real daemon, and before one that a test moves.</summary>
internal sealed class PageTests
{
    private const string Hostile = "<script>document.title='x'</script><img src=x onerror=alert(1)>";

    private static readonly string Accessibility = SampleFiles.Sample("../Minik8s.FileSd.Tests/Web/Accessibility");
    private static readonly NpmPackages Packages = new(Accessibility);
    private static BrowserPage _page = null!;

    // One browser for all: its start takes longer than any of the tests.
    [OneTimeSetUp]
    public static async Task Start() => _page = await BrowserPage.StartAsync();

    [OneTimeTearDown]
    public static async Task End() => await (_page?.DisposeAsync() ?? default);

    [SetUp]
    public Task LookAsync() => _page.LookAsync(1280, isDark: false);

    [Test]
    public async Task Pods_come_and_go_on_it_by_themselves_and_are_found_and_a_hostile_one_is_text()
    {
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddPod("first", "127.0.2.1");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag);
        await web.UntilReady();
        await _page.OpenAsync(new Uri($"http://{web.Address}/"));
        await _page.Until("document.getElementById('live').textContent === 'live'", "it is live");
        await _page.EvaluateAsync("window.opened = true");
        (await RowsAsync()).Should().Equal("worker-1", "default/first");

        cluster.AddPod("second", "127.0.2.2");
        await _page.Until($"{Rows}.includes('default/second')", "the new pod has its row");
        await _page.Until("document.querySelector('#file-pods + .figure').textContent.startsWith('2 targets')", "the file has its target");
        await _page.Until("document.getElementById('news').textContent.includes('pods.json: 2 targets')", "it is told to those who do not see it");

        await _page.EvaluateAsync("document.getElementById('q').focus()");
        await _page.TypeAsync("sec");
        await _page.Until($"{Rows}.join() === 'default/second'", "what is typed is searched for");
        cluster.AddPod("third-of-the-second", "127.0.2.3");
        await _page.Until($"{Rows}.join() === 'default/second,default/third-of-the-second'", "what is new is searched as well");
        await _page.TypeAsync("ond");
        ((string?)await _page.EvaluateAsync("document.activeElement.id + ' ' + document.activeElement.value + ' ' + location.search")).Should()
            .StartWith("q second ?q=", "what is being typed stays, and where");
        await _page.Until("location.search === '?q=second'", "it is in the address");

        await _page.EvaluateAsync("document.getElementById('q').value = ''; document.getElementById('search').requestSubmit()");
        cluster.Server.Registry.Create(ResourceKind.Pods, "default", HostilePods.Pod("hostile", "127.0.2.9"));
        AddHostile(cluster);
        await _page.Until($"{Rows}.includes('default/hostile')", "the hostile pod has its row");
        ((string?)await _page.EvaluateAsync("document.getElementById('found').innerText")).Should().Contain(Hostile, "what is hostile is shown");
        ((int)(await _page.EvaluateAsync("document.querySelectorAll('script, img').length"))!).Should().Be(1, "there is the page's own script");
        cluster.DeletePod("second");
        await _page.Until($"!{Rows}.includes('default/second')", "the pod that is gone has lost its row");
        ((bool)(await _page.EvaluateAsync("window.opened === true"))!).Should().BeTrue("it was never loaded anew");
        (await _page.ComplaintsAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task What_has_the_focus_keeps_it_while_the_page_changes_around_it()
    {
        await using var web = await FilledAsync();
        await _page.OpenAsync(web.Uri);
        await _page.Until("document.getElementById('live').textContent === 'live'", "it is live");
        const string link = "[...document.querySelectorAll('tbody th a')].find(a => a.textContent === 'shop/web-1')";
        await _page.EvaluateAsync($"({link}).focus(); window.focused = document.activeElement");
        web.Pods.Publish(TestFeed.Pod("shop", "web-00", "10.0.1.9:1"), TestFeed.Pod("shop", "web-1", "10.0.1.2:1"));
        await _page.Until($"{Rows}.join() === 'worker-1,worker-2,shop/web-00,shop/web-1'", "the table has changed");
        ((bool)(await _page.EvaluateAsync($"document.activeElement === window.focused && document.activeElement === ({link})"))!).Should().BeTrue();
        (await _page.ComplaintsAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task It_says_when_the_daemon_does_not_answer_and_goes_on_when_it_does_again()
    {
        var web = await FilledAsync();
        await _page.OpenAsync(web.Uri);
        await _page.Until("document.getElementById('live').textContent === 'live'", "it is live");
        web.BeginEnd();
        await web.DisposeAsync();
        await _page.EvaluateAsync("(async () => { for (let i = 0; i < 3; i++) await refresh(); })()");
        await _page.Until("document.getElementById('live').textContent.startsWith('no answer; as of ')", "it says so");
        ((string?)await _page.EvaluateAsync("document.querySelector('h1').textContent")).Should().Contain("ready", "what it has known it shows still");
        await _page.OpenAsync(new Uri("about:blank"));
    }

    [TestCase(1280, false)]
    [TestCase(1280, true)]
    [TestCase(390, false)]
    [TestCase(390, true)]
    public async Task Everybody_can_use_it(int width, bool isDark)
    {
        await Packages.Installed;
        var judge = await File.ReadAllTextAsync(Path.Combine(Accessibility, "node_modules/axe-core/axe.min.js"));
        await using var web = await FilledAsync();
        await using var unready = await TestEndpoint.StartAsync();
        await _page.LookAsync(width, isDark);
        foreach (var address in new[] { web.Uri, new(web.Uri, "/?q=nobody"), new(web.Uri, "/explain?kind=pod&name=shop/web-0"), new(web.Uri, "/explain"), unready.Uri })
        {
            await _page.OpenAsync(address);
            await _page.EvaluateAsync($"{judge}; null");
            var found = (await _page.EvaluateAsync("""
                axe.run().then(result => ({
                  passed: result.passes.length,
                  violations: result.violations.map(violation => `${violation.id}: ${violation.nodes.map(node => node.html + ' ' + node.failureSummary).join('; ')}`),
                }))
                """))!;
            found["violations"]!.AsArray().Select(violation => (string)violation!).Should().BeEmpty("of {0}", address);
            ((int)found["passed"]!).Should().BeGreaterThan(20, "it was judged");
            ((bool)(await _page.EvaluateAsync("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))!)
                .Should().BeTrue("nothing of {0} stands beside the screen", address);
        }
    }

    private const string Rows = "[...document.querySelectorAll('.objects tbody th')].map(name => name.textContent)";

    private static async Task<IEnumerable<string>> RowsAsync() => (await _page.EvaluateAsync(Rows))!.AsArray().Select(name => (string)name!);

    /// <summary>A pod whose remark quotes what its owner has written.</summary>
    private static void AddHostile(TestCluster cluster)
    {
        var pod = HostilePods.Pod("hostile-remark", "127.0.2.10");
        pod["metadata"]!["annotations"] = new JsonObject { ["prometheus.io/path"] = Hostile };
        cluster.Server.Registry.Create(ResourceKind.Pods, "default", pod);
    }

    /// <summary>Everything that a page can show.</summary>
    private static async Task<TestEndpoint> FilledAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var prometheus = new FixedPrometheus
        {
            State = new(
                new("http://127.0.0.1:9090"), now, null,
                [
                    new("nodes.json", 2, [], 0, [], 0, [new("10.0.0.2:9100", "/t/nodes.json", "nodes", ScrapeHealth.Down, "connection refused", now)], 1, TimeSpan.Zero, null),
                    new("pods.json", 3, ["10.0.1.3:1"], 1, ["10.0.1.9:1"], 1, [], 0, TimeSpan.FromSeconds(42), "Prometheus has not read pods.json."),
                ],
                new Dictionary<string, ScrapedTarget>
                {
                    ["10.0.0.1:9100"] = new("10.0.0.1:9100", "/t/nodes.json", "nodes", ScrapeHealth.Up, null, now),
                    ["10.0.0.2:9100"] = new("10.0.0.2:9100", "/t/nodes.json", "nodes", ScrapeHealth.Down, "connection refused", now),
                    ["10.0.1.1:1"] = new("10.0.1.1:1", "/t/pods.json", "pods", ScrapeHealth.Unknown, null, null),
                }),
        };
        var web = await TestEndpoint.StartAsync(
            new FixedExplainer([.. Enum.GetValues<CheckOutcome>().Select(outcome => new ExplainCheck("port_name", outcome, "its ports are http", "Name it prometheus."))]), prometheus);
        web.Follow();
        web.Nodes.Publish(TestFeed.Pod("", "worker-1", "10.0.0.1:9100"), TestFeed.Pod("", "worker-2", "10.0.0.2:9100"));
        web.Pods.Publish(
            TestFeed.Pod("shop", "web-0", "10.0.1.1:1", new Remark(RemarkKind.PortLeftOut, "its port x is UDP")), TestFeed.Pod("shop", "web-1", "10.0.1.2:1"),
            TestFeed.Pod("shop", "web-2", "10.0.1.3:1"), TestFeed.Not("shop", "db", Reason.PodWithoutPort));
        return web;
    }
}

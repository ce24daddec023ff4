using System.Net;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;
using Minik8s.FileSd.Web.Pages;
using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Tests.Web;

/// <summary>The page as it is sent, for those without a script, and whatever objects are called.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed partial class PageMarkupTests
{
    private const string Hostile = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)>&amp;\u202e\u0000\u001b[2J";

    [Test]
    public async Task What_is_hostile_is_text_wherever_it_stands()
    {
        var prometheus = new FixedPrometheus
        {
            State = new(
                new($"http://127.0.0.1:9090/{Uri.EscapeDataString(Hostile)}"), DateTimeOffset.UnixEpoch, null,
                [new("pods.json", 1, [Hostile], 1, [Hostile], 1, [new(Hostile, Hostile, Hostile, ScrapeHealth.Down, Hostile, null)], 1, TimeSpan.Zero, Hostile)],
                new Dictionary<string, ScrapedTarget> { [Hostile] = new(Hostile, Hostile, Hostile, ScrapeHealth.Down, Hostile, null) }),
        };
        await using var web = await TestEndpoint.StartAsync(new FixedExplainer(new ExplainCheck(Hostile, CheckOutcome.Failed, Hostile, Hostile)), prometheus);
        web.Follow();
        web.Pods.Publish(TestFeed.Pod(Hostile, Hostile, "10.0.0.1:1", new Remark(RemarkKind.NamesCollide, Hostile)), TestFeed.Not("ns", Hostile, Reason.PodFinished));
        web.Pods.Stream.Failed(new IOException(Hostile), TimeSpan.FromSeconds(1));
        foreach (var path in new[] { "/", $"/?q={Uri.EscapeDataString(Hostile[..20])}", $"/explain?kind=node&name={Uri.EscapeDataString(Hostile)}", "/explain?kind=node&name=worker-1" })
        {
            var (code, page) = await web.GetAsync(path);
            code.Should().Be(path.Contains("kind=node&name=%") ? HttpStatusCode.BadRequest : HttpStatusCode.OK);
            page.Should().Contain("&lt;script&gt;", "it is shown, in {0}", path);
            ElementPattern().Matches(page).Select(element => element.Groups[1].Value).Distinct()
                .Should().BeSubsetOf(Elements, "nothing of what is hostile is an element");
            page.Should().NotContain("onerror=alert(1)>").And.NotContainAny("\u202e", "\0", "\u001b");
            Regex.Count(page, "<script").Should().Be(1, "there is the page's own");
        }
    }

    [Test]
    public async Task It_says_what_its_reader_s_browser_may_do_with_it()
    {
        await using var web = await TestEndpoint.StartAsync();
        foreach (var path in new[] { "/", "/sd/pods", "/metrics", "/page.js", "/nothing" })
        {
            using var response = await web.Http.GetAsync(path);
            response.Headers.GetValues("Content-Security-Policy").Single().Should().StartWith("default-src 'none'; script-src 'self';").And.NotContain("unsafe");
            response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
            response.Headers.GetValues("Referrer-Policy").Should().Equal("no-referrer");
            response.Headers.GetValues("Cross-Origin-Resource-Policy").Should().Equal("same-origin");
        }

        var page = (await web.GetAsync("/")).Text;
        Regex.IsMatch(page, "<style|style=|\\son[a-z]+=|javascript:|https?://(?!www\\.w3\\.org/2000/svg)").Should().BeFalse("all of it is from here, and nothing inline");
    }

    [TestCase("/page.css", "text/css")]
    [TestCase("/page.js", "text/javascript")]
    public async Task What_it_is_drawn_by_is_fetched_once(string path, string type)
    {
        await using var web = await TestEndpoint.StartAsync();
        using var first = await web.Http.GetAsync(path);
        first.Content.Headers.ContentType!.MediaType.Should().Be(type);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        (await web.Http.SendAsync(again)).StatusCode.Should().Be(HttpStatusCode.NotModified);
    }

    [Test]
    public async Task Of_50_000_pods_there_is_a_page_with_a_link_to_the_next()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Follow();
        web.Pods.Publish(Enumerable.Range(0, 50_000).Select(i => TestFeed.Pod("ns", $"p{i:00000}", $"10.{i / 62500}.{i / 250}.{i % 250}:1")));
        var page = (await web.GetAsync("/?kind=pods")).Text;
        Rows(page).Should().HaveCount(100).And.StartWith("ns/p00000");
        page.Should().Contain("50\u2009000 of 50\u2009000 nodes and pods");
        var next = WebUtility.HtmlDecode(Regex.Match(page, "rel=\"next\" href=\"\\./([^\"#]+)#").Groups[1].Value);
        Rows((await web.GetAsync($"/{next}")).Text).Should().HaveCount(100).And.StartWith("ns/p00100");
    }

    [Test]
    public async Task What_is_asked_for_stands_in_the_form_again()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Follow();
        web.Pods.Publish(TestFeed.Not("ns", "web \"0\"", Reason.PodFinished));
        var page = (await web.GetAsync("/?kind=pods&verdict=pod_finished&q=web%20%220")).Text;
        page.Should().Contain("value=\"web &quot;0\"")
            .And.Contain("<option value=\"pods\" selected>").And.Contain("<option value=\"pod_finished\" selected>");
        Rows(page).Should().ContainSingle();
    }

    [Test]
    public async Task What_is_missing_is_said_in_words()
    {
        await using var web = await TestEndpoint.StartAsync();
        var page = (await web.GetAsync("/")).Text;
        page.Should().Contain("not ready").And.Contain("<li>pods: not listed yet</li>").And.Contain("nothing published yet");
    }

    [TestCase(CauseKind.Change, "web-0", "7", 2, "pod shop/web-0 at version 7 and 2 more")]
    [TestCase(CauseKind.List, null, "7", 0, "a list of pods at version 7")]
    [TestCase(CauseKind.Repair, null, null, 0, "somebody else had altered the file")]
    public void A_publish_is_told_with_its_cause(CauseKind kind, string? name, string? version, int others, string words)
    {
        var now = DateTimeOffset.UnixEpoch.AddHours(1);
        var html = new Html();
        PublishTable.Render(html, new StatusReport(
            "1", now, now, 0, true, [], [], [],
            [
                new("pods.json", now.AddSeconds(-90), Telemetry.SnakeCase.Of(kind), "Pod", name is null ? null : $"shop/{name}", version, others, 1, 2, 3, 4, 5, ["+10.0.0.1:1"]),
            ],
            null));
        WebUtility.HtmlDecode(html.ToString()).Should().Contain($">{words}<").And.Contain(">90 s ago<").And.Contain("+1").And.Contain("−2").And.Contain("~3").And.Contain("+10.0.0.1:1");
    }

    [TestCase(0, "now")]
    [TestCase(119, "119 s ago")]
    [TestCase(120, "2 min ago")]
    [TestCase(7199, "119 min ago")]
    [TestCase(7200, "2 h ago")]
    [TestCase(172799, "47 h ago")]
    [TestCase(172800, "2 d ago")]
    [TestCase(-5, "now")]
    public void A_moment_is_told_by_how_long_ago_it_was(int seconds, string words) =>
        new Moment(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(seconds)).Ago.Should().Be(words);

    private static List<string> Rows(string page) =>
        [.. Regex.Matches(page, "data-label=\"Name\">([^<]*)</th>").Select(row => WebUtility.HtmlDecode(row.Groups[1].Value))];

    private static readonly string[] Elements =
    [
        "html", "head", "meta", "title", "link", "script", "body", "a", "header", "span", "main", "section", "h1", "h2", "h3", "div", "article", "p", "b", "dl", "dt", "dd",
        "time", "ul", "ol", "li", "form", "label", "select", "option", "input", "button", "table", "caption", "thead", "tbody", "tr", "th", "td", "code", "nav", "footer",
    ];

    [GeneratedRegex("<([a-zA-Z][a-zA-Z0-9]*)")]
    private static partial Regex ElementPattern();
}

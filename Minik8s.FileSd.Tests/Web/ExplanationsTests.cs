using System.Net;
using System.Text.Json.Nodes;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Web;

/// <summary><c>/api/explain</c> and <c>/explain</c>, whoever it is that explains.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class ExplanationsTests
{
    [Test]
    public async Task Where_nothing_can_be_explained_nothing_is_offered()
    {
        await using var web = await TestEndpoint.StartAsync();
        (await web.GetAsync("/api/explain?kind=pod&name=ns/a")).Should().Be((HttpStatusCode.NotImplemented, "nothing can be explained here\n"));
        (await web.GetAsync("/explain?kind=pod&name=ns/a")).Code.Should().Be(HttpStatusCode.NotImplemented);
        (await web.GetAsync("/")).Text.Should().NotContain("explain");
        (await web.GetAsync("/nothing")).Text.Should().NotContain("explain");
    }

    [TestCase("kind=pod&name=shop/web-0", "pod", "shop/web-0")]
    [TestCase("kind=pod&name=web-0", "pod", "web-0")]
    [TestCase("kind=node&name=%20worker-1%20", "node", "worker-1")]
    [TestCase("kind=target&name=10.1.2.3:8080", "target", "10.1.2.3:8080")]
    public async Task A_question_is_answered(string query, string kind, string name)
    {
        await using var web = await TestEndpoint.StartAsync(new FixedExplainer(new ExplainCheck("port", CheckOutcome.Failed, "its ports are http", "Name it.")));
        var (code, text) = await web.GetAsync($"/api/explain?{query}");
        code.Should().Be(HttpStatusCode.OK);
        var explanation = JsonNode.Parse(text)!;
        ((string?)explanation["subject"]!["kind"]).Should().Be(kind);
        ((string?)explanation["subject"]!["name"]).Should().Be(name);
        ((string?)explanation["checks"]![0]!["fix"]).Should().Be("Name it.");
        var page = (await web.GetAsync($"/explain?{query}")).Text;
        page.Should().Contain($"<h1 id=\"answer-title\">{kind.ToLowerInvariant()} {name}</h1>").And.Contain("Name it.").And.Contain("failed");
    }

    [TestCase("", "kind is \"\"; it may be pod, node or target")]
    [TestCase("kind=service&name=x", "kind is \"service\"; it may be pod, node or target")]
    [TestCase("kind=0&name=ns/x", "kind is \"0\"; it may be pod, node or target")]
    [TestCase("kind=pod&name=a/b/c", "name is \"a/b/c\"; that is not the name of a pod; write it as NAMESPACE/NAME")]
    [TestCase("kind=node&name=a/b", "name is \"a/b\"; that is not the name of a node")]
    [TestCase("kind=target&name=10.1.2.3", "name is \"10.1.2.3\"; that is not the address of a target; write it as 10.1.2.3:8080, an IPv6 address in brackets")]
    [TestCase("kind=node&name=", "name is empty; name a pod (default/web-0), a node or an address")]
    [TestCase("kind=node&name=x&namespace=y", "there is no parameter namespace; there are kind and name")]
    public async Task A_question_that_cannot_be_asked_is_refused_with_how_to_ask(string query, string words)
    {
        await using var web = await TestEndpoint.StartAsync(new FixedExplainer());
        (await web.GetAsync($"/api/explain?{query}")).Should().Be((HttpStatusCode.BadRequest, words + "\n"));
        if (query.Length == 0)
            return;
        var (code, page) = await web.GetAsync($"/explain?{query}");
        code.Should().Be(HttpStatusCode.BadRequest);
        page.Should().Contain(WebUtility.HtmlEncode(words)).And.Contain("<form");
    }

    [Test]
    public async Task Without_a_question_there_is_the_form()
    {
        await using var web = await TestEndpoint.StartAsync(new FixedExplainer());
        var (code, page) = await web.GetAsync("/explain");
        code.Should().Be(HttpStatusCode.OK);
        page.Should().Contain("<h1>Explain</h1>").And.Contain("<form");
    }

    [Test]
    public async Task Few_questions_are_answered_at_a_time_for_each_asks_the_API_server()
    {
        var gate = new TaskCompletionSource();
        await using var web = await TestEndpoint.StartAsync(new FixedExplainer { Gate = gate.Task });
        var asked = Enumerable.Range(0, 2 * FileSd.Web.Explanations.Most).Select(_ => web.GetAsync("/api/explain?kind=node&name=x")).ToList();
        await Eventually.Holds(() => asked.Count(each => each.IsCompleted) == FileSd.Web.Explanations.Most, "half of them are refused");
        gate.SetResult();
        (await Task.WhenAll(asked)).Select(answer => answer.Code).Should().OnlyContain(code => code == HttpStatusCode.OK || code == HttpStatusCode.ServiceUnavailable);
        (await web.GetAsync("/api/explain?kind=node&name=x")).Code.Should().Be(HttpStatusCode.OK);
    }
}

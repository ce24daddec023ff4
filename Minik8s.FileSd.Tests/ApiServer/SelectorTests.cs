namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class SelectorTests : ApiServerTest
{
    [SetUp]
    public async Task CreatePods()
    {
        await Create(Pod("a", "\"app\":\"x\",\"tier\":\"1\"", "\"nodeName\":\"n1\"", "\"phase\":\"Running\""));
        await Create(Pod("b", "\"app\":\"y\",\"tier\":\"2\"", "\"nodeName\":\"n2\"", "\"phase\":\"Running\""));
        await Create(Pod("c", "\"app\":\"\",\"ex.io/k\":\"v\"", "\"nodeName\":\"n1\"", "\"phase\":\"Failed\""));
        await Create(Pod("d"), "api/v1/namespaces/other/pods");
    }

    [TestCase("", "a b c d")]
    [TestCase("app=x", "a")]
    [TestCase("app==x", "a")]
    [TestCase("app!=x", "b c d")]
    [TestCase("app", "a b c")]
    [TestCase("!app", "d")]
    [TestCase("app=", "c")]
    [TestCase("app in (x,y)", "a b")]
    [TestCase("app in (x,)", "a c")]
    [TestCase("app notin (x, y)", "c d")]
    [TestCase(" app , tier != 2 ", "a c")]
    [TestCase("tier>1", "b")]
    [TestCase("tier<2", "a")]
    [TestCase("ex.io/k=v", "c")]
    [TestCase("in in (in)", "")]
    public async Task Labels_select(string selector, string names)
    {
        var list = await Api.Get("api/v1/pods?labelSelector=" + Uri.EscapeDataString(selector));

        string.Join(' ', list.Names).Should().Be(names);
    }

    [TestCase("metadata.name=a", "a")]
    [TestCase("metadata.namespace=other", "d")]
    [TestCase("metadata.namespace!=other", "a b c")]
    [TestCase("spec.nodeName=n1", "a c")]
    [TestCase("spec.nodeName=", "d")]
    [TestCase("status.phase==Running", "a b")]
    [TestCase("spec.nodeName=n1,status.phase!=Failed", "a")]
    [TestCase("metadata.name=a\\,b", "")]
    public async Task Fields_select(string selector, string names)
    {
        var list = await Api.Get("api/v1/pods?fieldSelector=" + Uri.EscapeDataString(selector));

        string.Join(' ', list.Names).Should().Be(names);
    }

    [TestCase("==", "found '==', expected: !, identifier, or 'end of string'")]
    [TestCase("a,", "found '', expected: identifier after ','")]
    [TestCase("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt")]
    [TestCase("a=b c", "found 'c', expected: ',' or 'end of string'")]
    [TestCase("a in x", "unable to parse requirement: found 'x' expected: '('")]
    [TestCase("a in (x", "unable to parse requirement: found '', expected: ',' or ')'")]
    [TestCase("a>x", "unable to parse requirement: values[0][a]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer")]
    [TestCase("!", "unable to parse requirement: found '', expected: identifier")]
    public async Task A_label_selector_that_cannot_be_read_is_a_400_that_says_where(string selector, string message)
    {
        var refused = await Api.Get("api/v1/pods?labelSelector=" + Uri.EscapeDataString(selector));

        refused.Code.Should().Be(400);
        refused.Message.Should().Be(message);
    }

    [TestCase("-a=b")]
    [TestCase("a=-b")]
    [TestCase("a/b/c")]
    public async Task A_label_that_cannot_exist_is_a_400(string selector)
    {
        (await Api.Get("api/v1/pods?labelSelector=" + Uri.EscapeDataString(selector))).Code.Should().Be(400);
    }

    [TestCase("pods", "spec.foo=1", "field label not supported: spec.foo")]
    [TestCase("nodes", "spec.nodeName=1", "field label not supported: spec.nodeName")]
    [TestCase("pods", "metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'")]
    public async Task A_field_that_is_not_selected_by_is_a_400(string resource, string selector, string message)
    {
        var refused = await Api.Get($"api/v1/{resource}?fieldSelector=" + Uri.EscapeDataString(selector));

        refused.Code.Should().Be(400);
        refused.Message.Should().Be(message);
    }

    [Test]
    public async Task A_watch_with_a_bad_selector_is_refused_before_it_begins()
    {
        (await Api.Get("api/v1/pods?watch=1&labelSelector=%3D%3D")).Code.Should().Be(400);
    }
}

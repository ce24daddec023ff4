using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Tests.Cluster;

internal sealed class LabelSelectorTests
{
    [TestCase("", true)]
    [TestCase(" ", true)]
    [TestCase("app", true)]
    [TestCase("none", false)]
    [TestCase("!none", true)]
    [TestCase("! app", false)]
    [TestCase("app=web", true)]
    [TestCase("app==web", true)]
    [TestCase("app = web", true)]
    [TestCase("app=Web", false)]
    [TestCase("app!=web", false)]
    [TestCase("app!=shop", true)]
    [TestCase("none!=shop", true)]
    [TestCase("empty=", true)]
    [TestCase("none=", false)]
    [TestCase("app in (web)", true)]
    [TestCase("app in ( shop , web )", true)]
    [TestCase("app in (shop)", false)]
    [TestCase("none in (web)", false)]
    [TestCase("empty in (,a)", true)]
    [TestCase("app notin (web)", false)]
    [TestCase("app notin (shop)", true)]
    [TestCase("none notin (web)", true)]
    [TestCase("size>2", true)]
    [TestCase("size > 3", false)]
    [TestCase("size<10", true)]
    [TestCase("size<-1", false)]
    [TestCase("app>1", false)]
    [TestCase("none<5", false)]
    [TestCase("example.com/tier=back-end", true)]
    [TestCase("app=web,size>2,!none", true)]
    [TestCase("app=web , size>7 , !none", false)]
    [TestCase("app in (web,shop),size<5", true)]
    [TestCase("in in (in)", true)]
    [TestCase("notin=x", false)]
    public void It_selects_as_kubernetes_does(string selector, bool selects)
    {
        var labels = new Dictionary<string, string>
        {
            ["app"] = "web",
            ["empty"] = "",
            ["size"] = "3",
            ["example.com/tier"] = "back-end",
            ["in"] = "in",
        };
        LabelSelector.Parse(selector).Matches(labels).Should().Be(selects);
    }

    [Test]
    public void An_object_without_labels_is_selected_by_what_it_does_not_have()
    {
        LabelSelector.Parse("!a").Matches(null).Should().BeTrue();
        LabelSelector.Parse("a").Matches(null).Should().BeFalse();
    }

    [TestCase("=a")]
    [TestCase("a=b=c")]
    [TestCase("a,,b")]
    [TestCase("a in b")]
    [TestCase("a in (b")]
    [TestCase("!a=b")]
    [TestCase("a>b")]
    public void What_is_none_is_refused_with_an_example(string selector) =>
        FluentActions.Invoking(() => LabelSelector.Parse(selector)).Should().Throw<FormatException>().WithMessage("*kubectl*");
}

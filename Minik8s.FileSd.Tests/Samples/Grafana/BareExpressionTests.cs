using Minik8s.Sandbox.Grafana;

namespace Minik8s.FileSd.Tests.Samples.Grafana;

/// <summary>What the sandbox asks of Prometheus in place of an expression that always has an answer.</summary>
internal sealed class BareExpressionTests
{
    [TestCase("count(up{pod!=\"\"}) or vector(0)", "count(up{pod!=\"\"})")]
    [TestCase("count(up{pod!=\"\"} == 1) or vector(0)", "count(up{pod!=\"\"})")]
    [TestCase("count(success == 0) or vector(0)", "count(success)")]
    [TestCase("up == 1", "up")]
    [TestCase("sum(a or on() vector(0))", "sum(a)")]
    public void An_answer_for_want_of_data_and_a_comparison_at_the_end_are_left_out(string expression, string bare) =>
        BareExpression.Of(expression).Should().Be(bare);

    [TestCase("a or b")]
    [TestCase("sum(a == 1) / sum(a)")]
    [TestCase("up{job=\"a == 1\"}")]
    [TestCase("a == b")]
    [TestCase("(a or vector(0)) / b")]
    public void Everything_else_is_asked_as_it_is(string expression) => BareExpression.Of(expression).Should().Be(expression);

    [Test]
    public void No_expression_of_a_dashboard_has_an_answer_without_data() =>
        DashboardFile.All.SelectMany(dashboard => dashboard.Panels).SelectMany(panel => panel.Targets)
            .Select(target => BareExpression.Of(target.Expression))
            .Should().OnlyContain(bare => !bare.Contains("vector(") && !bare.Contains("absent("));
}

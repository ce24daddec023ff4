namespace Minik8s.FileSd.Tests.Samples;

/// <summary>A file for <c>promtool test rules</c>, as far as the tests look at it.</summary>
internal sealed class RuleTestFile
{
    public List<RuleTest> Tests { get; set; } = [];

    /// <summary>All tests of <c>samples/prometheus/tests</c>.</summary>
    public static IReadOnlyList<RuleTest> All { get; } =
        [.. SampleFiles.RuleTests.SelectMany(file => RuleFile.Read<RuleTestFile>(file).Tests)];
}

internal sealed class RuleTest
{
    public List<AlertCase> AlertRuleTest { get; set; } = [];

    public List<ExpressionCase> PromqlExprTest { get; set; } = [];
}

internal sealed class AlertCase
{
    public string Alertname { get; set; } = "";

    public List<object> ExpAlerts { get; set; } = [];
}

internal sealed class ExpressionCase
{
    public string Expr { get; set; } = "";

    public List<object> ExpSamples { get; set; } = [];
}

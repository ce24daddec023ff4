namespace Minik8s.FileSd.Explaining;

/// <summary>Collects the checks of one explanation, in their order.</summary>
internal sealed class Findings
{
    private readonly List<ExplainCheck> _checks = [];

    public IReadOnlyList<ExplainCheck> Checks => _checks;

    /// <summary>Why it is not a target, or not scraped; null where nothing of that was seen.</summary>
    public ExplainCheck? Failure => _checks.Find(check => check.Outcome == CheckOutcome.Failed);

    public void Pass(string name, string fact) => _checks.Add(new(name, CheckOutcome.Passed, fact));

    public void Warn(string name, string fact, string? fix = null) => _checks.Add(new(name, CheckOutcome.Warned, fact, fix));

    public void Fail(string name, string fact, string? fix = null) => _checks.Add(new(name, CheckOutcome.Failed, fact, fix));

    public void DoNotKnow(string name, string fact, string? fix = null) => _checks.Add(new(name, CheckOutcome.Unknown, fact, fix));

    /// <summary>What failed is, after all, no reason: it is a target all the same.</summary>
    public void Soften(string name)
    {
        for (var i = 0; i < _checks.Count; i++)
        {
            if (_checks[i] is { Outcome: CheckOutcome.Failed } failed && failed.Name == name)
                _checks[i] = failed with { Outcome = CheckOutcome.Warned };
        }
    }
}

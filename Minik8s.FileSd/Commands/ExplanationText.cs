using Minik8s.FileSd.Explaining;

namespace Minik8s.FileSd.Commands;

/// <summary>An explanation for people: the sentence, then each check with what was seen and what to do.</summary>
internal static class ExplanationText
{
    public static void Print(Explanation explanation, Screen screen)
    {
        screen.Line(explanation.Summary);
        screen.Line();
        var width = explanation.Checks.Select(check => check.Name.Length).DefaultIfEmpty().Max();
        foreach (var check in explanation.Checks)
        {
            var mark = check.Outcome switch
            {
                CheckOutcome.Passed => screen.Good,
                CheckOutcome.Warned => screen.Warning,
                CheckOutcome.Failed => screen.Bad,
                _ => screen.Question,
            };
            screen.Line($"  {mark} {check.Name.Replace('_', ' ').PadRight(width)}  {check.Fact}");
            if (check.Fix is { } fix)
                screen.Line($"  {new string(' ', mark.Length)} {new string(' ', width)}  {screen.Arrow} {fix}");
        }

        screen.Line();
        screen.Line($"From {explanation.Source}.");
    }
}

namespace Minik8s.FileSd.Commands;

internal enum TickState
{
    Good,

    /// <summary>It works, and yet something is to be seen.</summary>
    Warning,
    Bad,

    /// <summary>It was not looked at.</summary>
    Open,
}

/// <summary>One line of <c>check</c>.</summary>
/// <param name="Fix">What to do; null when there is nothing to be done.</param>
internal sealed record Tick(TickState State, string Name, string Fact, string? Fix = null)
{
    public void Print(Screen screen)
    {
        var mark = State switch
        {
            TickState.Good => screen.Good,
            TickState.Warning => screen.Warning,
            TickState.Bad => screen.Bad,
            _ => screen.Question,
        };
        screen.Line($"{mark} {Name.PadRight(12)}  {Fact}");
        if (Fix is { } fix)
            screen.Line($"{new string(' ', mark.Length)} {new string(' ', 12)}  {screen.Arrow} {fix}");
    }
}

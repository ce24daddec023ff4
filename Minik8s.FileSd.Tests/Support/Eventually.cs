namespace Minik8s.FileSd.Tests.Support;

/// <summary>Waits for a condition of the outside world, which has no clock of ours.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when <paramref name="condition"/> holds; fails with <paramref name="what"/> after a minute.</summary>
    public static Task Holds(Func<bool> condition, string what) => Holds(() => Task.FromResult(condition()), what);

    /// <param name="patience">Default: a minute.</param>
    public static async Task Holds(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        var (began, longest) = (TimeProvider.System.GetTimestamp(), patience ?? Patience);
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > longest)
                Assert.Fail($"after {longest.TotalSeconds:0} s still not: {what}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}

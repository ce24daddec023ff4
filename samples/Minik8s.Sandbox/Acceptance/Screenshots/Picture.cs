namespace Minik8s.Sandbox.Acceptance.Screenshots;

/// <summary>A page of Prometheus.</summary>
/// <param name="Name">The name of its image.</param>
/// <param name="Page">Its path and query.</param>
/// <param name="Height">How much of the page is worth it, in pixels.</param>
/// <param name="Width">How wide the window is.</param>
internal sealed record Picture(string Name, string Page, int Height, int Width = 1280)
{
    /// <summary>The graph of a query over the last few minutes.</summary>
    public static Picture Graph(string name, string query, int height) =>
        new(name, $"/graph?g0.expr={Uri.EscapeDataString(query)}&g0.tab=0&g0.stacked=0&g0.range_input=2m&g0.step_input=1", height);
}

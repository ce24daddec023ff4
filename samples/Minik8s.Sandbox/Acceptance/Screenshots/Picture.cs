namespace Minik8s.Sandbox.Acceptance.Screenshots;

/// <summary>A page of Prometheus, or of the daemon.</summary>
/// <param name="Name">The name of its image.</param>
/// <param name="Page">Its path and query.</param>
internal sealed record Picture(string Name, string Page)
{
    /// <summary>Whether it is a page of the daemon.</summary>
    public bool IsOfDaemon { get; init; }

    /// <summary>What has to be seen before it is worth taking; null: nothing.</summary>
    public Sight? Once { get; init; }

    /// <summary>What the page is told before the picture is taken, in its own language.</summary>
    public string Script { get; init; } = "";

    /// <summary>The graph of a query over the last while.</summary>
    public static Picture Graph(string name, string query, string range) =>
        new(name, $"/graph?g0.expr={Uri.EscapeDataString(query)}&g0.tab=0&g0.stacked=0&g0.range_input={range}&g0.step_input=1");

    /// <summary>The daemon's status page, as soon as it says that it is live.</summary>
    public static Picture Status(string name) => new(name, "/")
    {
        IsOfDaemon = true,
        Script = """
            new Promise(done => {
              const look = () => document.getElementById('live').textContent === 'live' ? done() : setTimeout(look, 50);
              look();
            })
            """,
    };

    /// <summary>
    /// The alerts: those that fire unfolded, with their annotations, and the inactive ones left out. It is what a person would
    /// click on the older page, Debian's; on another there is nothing of these names, and it is taken folded.
    /// </summary>
    public static Picture FiringAlerts(string name) => new(name, "/alerts")
    {
        Script = """
            document.querySelector("#inactiveAlerts")?.click();
            document.querySelector("div.show-annotations")?.click();
            document.querySelectorAll("tr.alert_header.alert-danger").forEach(alert => alert.click());
            """,
    };
}

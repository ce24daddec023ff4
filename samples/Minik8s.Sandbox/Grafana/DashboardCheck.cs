namespace Minik8s.Sandbox.Grafana;

/// <summary>
/// Every expression of every dashboard, with its variables filled in and nothing to hide a want of data, asked of
/// Prometheus until each has answered with data: once as the dashboard opens, and once with one value of each variable alone.
/// </summary>
internal sealed class DashboardCheck(PanelQueries queries)
{
    /// <summary>The time between two scrapes, which the data source tells Grafana.</summary>
    public static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(5);

    private readonly HashSet<Question> _answered = [];

    public int Dashboards { get; } = DashboardFile.All.Count;

    public int Panels { get; } = DashboardFile.All.Sum(dashboard => dashboard.Panels.Count());

    public int Expressions { get; } =
        DashboardFile.All.Sum(dashboard => dashboard.Panels.Sum(panel => panel.Targets.Count));

    /// <summary>Asks what has not been answered yet.</summary>
    /// <returns>What has no data still: a line for each.</returns>
    public async Task<IReadOnlyList<string>> UnansweredAsync(CancellationToken cancellationToken)
    {
        var unanswered = new List<string>();
        foreach (var dashboard in DashboardFile.All)
        {
            foreach (var single in new[] { false, true })
            {
                if (await ChosenValues.FindAsync(dashboard, queries, ScrapeInterval, single, cancellationToken) is not { } values)
                {
                    unanswered.Add($"{dashboard}: a variable without its values");
                    continue;
                }

                foreach (var panel in dashboard.Panels)
                {
                    foreach (var target in panel.Targets)
                    {
                        var expression = BareExpression.Of(values.FillIn(target.Expression));
                        var question = new Question(dashboard.Name, panel.Id, target.RefId, single);
                        if (!_answered.Contains(question)
                            && !await queries.HasDataAsync(expression, target.IsInstant, ScrapeInterval, cancellationToken))
                        {
                            unanswered.Add($"{dashboard} {panel}: {expression}");
                        }
                        else
                        {
                            _answered.Add(question);
                        }
                    }
                }
            }
        }

        return unanswered;
    }

    private sealed record Question(string Dashboard, int Panel, string RefId, bool Single);
}

using Minik8s.FileSd.Tests.EndToEnd;
using Minik8s.Sandbox;

namespace Minik8s.FileSd.Tests.Samples.Grafana;

/// <summary>Every expression of every dashboard, asked of the real Prometheus of a running sandbox.</summary>
[Category("EndToEnd")]
internal sealed class DashboardQueryTests
{
    /// <summary>Rates need two scrapes and, of what happens seldom, an event. That takes seconds; machines are slow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _end = new();

    [TearDown]
    public void TakeDown() => _end.Dispose();

    [Test]
    public async Task Every_panel_has_data_in_the_sandbox()
    {
        await using var cluster = await SandboxCluster.StartAsync(
            OwnAddresses.Options(), TimeProvider.System, TestContext.Progress.WriteLine, _end.Token);
        using var prometheus = new PrometheusApi(cluster.Prometheus.Server);
        var began = TimeProvider.System.GetTimestamp();
        var questions = new List<Question>();
        foreach (var dashboard in DashboardFile.All)
        {
            foreach (var single in new[] { false, true })
            {
                var values = await ChosenValues.OfAsync(dashboard, prometheus, Provisioning.ScrapeInterval, single);
                questions.AddRange(from panel in dashboard.Panels
                                   from target in panel.Targets
                                   select new Question($"{dashboard} {panel}", values.FillIn(target.Expression), target.IsInstant));
            }
        }

        questions.Should().OnlyContain(question => !DashboardFile.VariablesIn(question.Expression).Any());
        var unanswered = questions;
        while (true)
        {
            unanswered = await UnansweredAsync(unanswered, prometheus);
            if (unanswered is [] || TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                break;
            }

            await Task.Delay(Pause, TimeProvider.System);
        }

        unanswered.Should().BeEmpty("each expression yields data within a minute");
        await TestContext.Progress.WriteLineAsync(
            $"{DashboardFile.All.Count} dashboards, {DashboardFile.All.Sum(dashboard => dashboard.Panels.Count())} panels, "
            + $"{questions.Count / 2} expressions: each has data, for everything and for one pod alone, "
            + $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s after the sandbox was up");
    }

    private static async Task<List<Question>> UnansweredAsync(IEnumerable<Question> questions, PrometheusApi prometheus)
    {
        var unanswered = new List<Question>();
        foreach (var question in questions)
        {
            if (!await prometheus.HasDataAsync(question.Expression, question.IsInstant, Provisioning.ScrapeInterval))
            {
                unanswered.Add(question);
            }
        }

        return unanswered;
    }

    private sealed record Question(string Where, string Expression, bool IsInstant);
}

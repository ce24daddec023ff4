using System.Globalization;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Samples.Grafana;

/// <summary>The values of a dashboard's variables, found as Grafana finds them, and put into expressions as it does.</summary>
internal sealed partial class ChosenValues
{
    private const string All = "$__all";

    private readonly Dictionary<string, string> _values = [];

    /// <param name="step">The time between two points of a panel, which is never less than between two scrapes.</param>
    private ChosenValues(TimeSpan step)
    {
        // As Grafana's data source for Prometheus defines it: four scrapes, or one more than a step.
        var rate = new[] { step + step, 4 * step }.Max();
        _values["__interval"] = Text(step);
        _values["__rate_interval"] = Text(rate);
        _values["__range"] = Text(TimeSpan.FromMinutes(15));
    }

    /// <summary>Those that a dashboard opens with; or, of variables with many values, the first alone, as a link to one pod has it.</summary>
    public static async Task<ChosenValues> OfAsync(DashboardFile dashboard, PrometheusApi prometheus, TimeSpan step, bool single)
    {
        var chosen = new ChosenValues(step);
        foreach (var variable in dashboard.Variables.Where(variable => variable.Type == "query"))
        {
            chosen._values[variable.Name] = await chosen.ChooseAsync(variable, prometheus, single);
        }

        return chosen;
    }

    public string FillIn(string text) => DashboardFile.Reference().Replace(text, reference =>
        _values.GetValueOrDefault(reference.Groups["name"].Value, reference.Value));

    private async Task<string> ChooseAsync(DashboardFile.Variable variable, PrometheusApi prometheus, bool single)
    {
        var query = LabelValues().Match(FillIn(variable.Query));
        query.Success.Should().BeTrue($"{variable.Query} is a query for values that this test knows");
        IReadOnlyList<string> options = [];
        await Eventually.Holds(
            async () =>
            {
                var series = query.Groups["series"];
                options = await prometheus.LabelValuesAsync(query.Groups["label"].Value, series.Success ? series.Value : null);
                return options.Count > 0 && (variable.Current is null or All || options.Contains(variable.Current));
            },
            $"{variable.Name} has values, {variable.Current} among them");
        return variable.Current switch
        {
            All when !single => variable.AllValue ?? string.Join('|', options.Select(Regex.Escape)),
            null or All => options[0],
            var value => value,
        };
    }

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s";

    [GeneratedRegex(@"^label_values\((?:(?<series>.+),\s*)?(?<label>\w+)\)$")]
    private static partial Regex LabelValues();
}

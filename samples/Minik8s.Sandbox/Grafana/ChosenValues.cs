using System.Globalization;
using System.Text.RegularExpressions;

namespace Minik8s.Sandbox.Grafana;

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

    /// <summary>
    /// Those that a dashboard opens with; or, of variables with many values, the first alone, as a link to one pod has it.
    /// </summary>
    /// <returns>Null as long as one of them has no values, or not the one that it is to begin with.</returns>
    public static async Task<ChosenValues?> FindAsync(
        DashboardFile dashboard, PanelQueries queries, TimeSpan step, bool single, CancellationToken cancellationToken)
    {
        var chosen = new ChosenValues(step);
        foreach (var variable in dashboard.Variables.Where(variable => variable.Type == "query"))
        {
            if (await chosen.ChooseAsync(variable, queries, single, cancellationToken) is not { } value)
            {
                return null;
            }

            chosen._values[variable.Name] = value;
        }

        return chosen;
    }

    public string FillIn(string text) => DashboardFile.Reference().Replace(text, reference =>
        _values.GetValueOrDefault(reference.Groups["name"].Value, reference.Value));

    private async Task<string?> ChooseAsync(
        DashboardFile.Variable variable, PanelQueries queries, bool single, CancellationToken cancellationToken)
    {
        var query = LabelValues().Match(FillIn(variable.Query));
        if (!query.Success)
        {
            throw new SandboxException($"{variable.Query} is not a query for values that the sandbox knows.");
        }

        var series = query.Groups["series"];
        var options = await queries.LabelValuesAsync(
            query.Groups["label"].Value, series.Success ? series.Value : null, cancellationToken);
        return variable.Current switch
        {
            _ when options is [] => null,
            All when !single => variable.AllValue ?? string.Join('|', options.Select(Regex.Escape)),
            null or All => options[0],
            var value => options.Contains(value) ? value : null,
        };
    }

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s";

    [GeneratedRegex(@"^label_values\((?:(?<series>.+),\s*)?(?<label>\w+)\)$")]
    private static partial Regex LabelValues();
}

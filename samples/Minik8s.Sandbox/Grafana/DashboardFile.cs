using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Grafana;

/// <summary>A dashboard of samples/grafana/dashboards.</summary>
internal sealed partial class DashboardFile
{
    private DashboardFile(string path)
    {
        Name = Path.GetFileName(path);
        Json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Everything = [.. Json["panels"]!.AsArray().Select(panel => new Panel(panel!))];
        Variables = [.. Json["templating"]!["list"]!.AsArray().Select(variable => new Variable(variable!))];
    }

    public static IReadOnlyList<DashboardFile> All { get; } =
        [.. Directory.GetFiles(Path.Combine(Programs.SamplesFolder, "grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal)
            .Select(path => new DashboardFile(path))];

    public string Name { get; }

    public JsonObject Json { get; }

    public string Uid => Json["uid"]!.GetValue<string>();

    /// <summary>Rows and panels.</summary>
    public IReadOnlyList<Panel> Everything { get; }

    /// <summary>What draws something.</summary>
    public IEnumerable<Panel> Panels => Everything.Where(panel => panel.Type != "row");

    /// <summary>In the order in which they depend on each other.</summary>
    public IReadOnlyList<Variable> Variables { get; }

    /// <summary>The names of variables in a text, without Grafana's own and without a regular expression's groups.</summary>
    public static IEnumerable<string> VariablesIn(string text) =>
        from Match reference in Reference().Matches(text)
        let name = reference.Groups["name"].Value
        where !name.StartsWith("__", StringComparison.Ordinal) && !char.IsAsciiDigit(name[0])
        select name;

    /// <summary>All strings below a node.</summary>
    public static IEnumerable<string> Strings(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Strings(member.Value)),
        JsonArray items => items.SelectMany(Strings),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };

    /// <summary>All members of this name, however deep.</summary>
    public static IEnumerable<JsonNode> Members(JsonNode? node, string name) => node switch
    {
        JsonObject members => members.SelectMany(member =>
            member.Key == name && member.Value is { } found ? [found] : Members(member.Value, name)),
        JsonArray items => items.SelectMany(item => Members(item, name)),
        _ => [],
    };

    public override string ToString() => Name;

    [GeneratedRegex(@"\$(?<name>\w+)|\$\{(?<name>\w+)[^}]*\}")]
    public static partial Regex Reference();

    internal sealed record Panel(JsonNode Json)
    {
        public string Type => Json["type"]!.GetValue<string>();

        public int Id => Json["id"]!.GetValue<int>();

        public string Title => Json["title"]?.GetValue<string>() ?? "";

        public IReadOnlyList<Target> Targets =>
            [.. (Json["targets"]?.AsArray() ?? []).Select(target => new Target(target!))];

        public override string ToString() => $"panel {Id} ({Title})";
    }

    internal sealed record Target(JsonNode Json)
    {
        public string RefId => Json["refId"]!.GetValue<string>();

        public string Expression => Json["expr"]?.GetValue<string>() ?? "";

        public string Legend => Json["legendFormat"]?.GetValue<string>() ?? "";

        public bool IsInstant => Json["instant"]?.GetValue<bool>() ?? false;
    }

    internal sealed record Variable(JsonNode Json)
    {
        public string Name => Json["name"]!.GetValue<string>();

        public string Type => Json["type"]!.GetValue<string>();

        /// <summary>What yields its values; of a data source, the kind.</summary>
        public string Query => Json["query"] is JsonObject query ? query["query"]!.GetValue<string>() : Json["query"]!.GetValue<string>();

        public bool IsMulti => Json["multi"]?.GetValue<bool>() ?? false;

        /// <summary>What "All" stands for.</summary>
        public string? AllValue => Json["allValue"]?.GetValue<string>();

        /// <summary>The value to begin with; null: the first.</summary>
        public string? Current => Json["current"]?["value"] switch
        {
            JsonArray values => values.Single()!.GetValue<string>(),
            { } value => value.GetValue<string>(),
            null => null,
        };
    }
}

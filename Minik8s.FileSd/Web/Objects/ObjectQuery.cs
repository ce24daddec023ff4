using System.Globalization;
using Microsoft.AspNetCore.Http;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Web.Objects;

/// <summary>Which of the known objects are asked for.</summary>
/// <param name="Kind"><c>nodes</c> or <c>pods</c>; null for both.</param>
/// <param name="Text">Part of a name or an address, in any case; empty for all.</param>
/// <param name="Verdict"><c>target</c>, <c>not_target</c>, <c>remarked</c>, or a reason in snake_case; null for all.</param>
/// <param name="Limit">Most rows.</param>
/// <param name="After">The last object of the page before; null for the first page.</param>
internal sealed record ObjectQuery(string? Kind, string Text, string? Verdict, int Limit, ObjectCursor? After)
{
    public const int StandardLimit = 100;
    public const int MostLimit = 1000;

    public const string IsTarget = "target";
    public const string IsNotTarget = "not_target";
    public const string IsRemarked = "remarked";

    private static readonly string[] Names = ["kind", "q", "verdict", "limit", "after"];

    /// <summary>What may be asked for as a verdict.</summary>
    public static IReadOnlyList<string> Verdicts { get; } =
        [IsTarget, IsNotTarget, IsRemarked, .. Enum.GetValues<Reason>().Select(SnakeCase.Of)];

    /// <summary>Whether anything is left out.</summary>
    public bool IsNarrow => Kind is not null || Text.Length > 0 || Verdict is not null;

    /// <param name="fault">What is wrong with a parameter, and what it may be; null when all are well.</param>
    public static ObjectQuery? Parse(IQueryCollection parameters, out string? fault)
    {
        var unknown = parameters.Keys.FirstOrDefault(name => !Names.Contains(name));
        var (kind, verdict) = (Given("kind") switch { "node" => "nodes", "pod" => "pods", var given => given }, Given("verdict"));
        var limit = StandardLimit;
        ObjectCursor? after = null;
        fault = unknown is not null ? $"there is no parameter {unknown}; there are {string.Join(", ", Names)}"
            : Names.FirstOrDefault(name => parameters[name].Count > 1) is { } twice ? $"{twice} is given more than once"
            : kind is not (null or "nodes" or "pods") ? $"kind is \"{kind}\"; it may be nodes, pods or empty"
            : verdict is not null && !Verdicts.Contains(verdict) ? $"verdict is \"{verdict}\"; it may be empty or one of {string.Join(", ", Verdicts)}"
            : Given("limit") is { } number && !(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostLimit)
                ? $"limit is \"{number}\"; it may be 1 to {MostLimit}"
            : Given("after") is { } cursor && (after = ObjectCursor.Parse(cursor)) is null ? $"after is \"{cursor}\"; take it from the page before"
            : null;
        return fault is null ? new(kind, parameters["q"].ToString().Trim(), verdict, limit, after) : null;

        string? Given(string name) => parameters[name].ToString() is { Length: > 0 } value ? value : null;
    }

    /// <summary>As the query of a URL, with its question mark; empty when it asks for everything.</summary>
    /// <param name="after">In the place of its own.</param>
    public string ToUrl(ObjectCursor? after)
    {
        List<string> parameters = [];
        Add("kind", Kind);
        Add("q", Text);
        Add("verdict", Verdict);
        Add("limit", Limit == StandardLimit ? null : Limit.ToString(CultureInfo.InvariantCulture));
        Add("after", after?.ToString());
        return parameters.Count == 0 ? "" : $"?{string.Join('&', parameters)}";

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                parameters.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }
}

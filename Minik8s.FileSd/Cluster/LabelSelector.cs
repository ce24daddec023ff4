using System.Globalization;
using System.Text.RegularExpressions;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// A Kubernetes label selector: comma-separated requirements that must all hold. An API server applies it, too; those
/// that take no notice of it are why it is applied here.
/// </summary>
internal sealed partial class LabelSelector
{
    public static readonly LabelSelector Everything = Parse("");

    private LabelSelector(string text, IReadOnlyList<Requirement> requirements) => (Text, Requirements) = (text, requirements);

    /// <summary>As it was given, for the server; empty or blank selects everything.</summary>
    public string Text { get; }

    /// <summary>In the order in which they were written; empty for everything.</summary>
    public IReadOnlyList<Requirement> Requirements { get; }

    /// <param name="text"><c>key</c>, <c>!key</c>, <c>key=value</c>, <c>==</c>, <c>!=</c>, <c>key in (a, b)</c>, <c>notin</c>, <c>key&gt;1</c>, <c>&lt;</c>.</param>
    /// <exception cref="FormatException">It is none, and how to write one.</exception>
    public static LabelSelector Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return new(text, []);
        if (!SelectorPattern().IsMatch(text))
            throw new FormatException("is not a label selector; write it as for kubectl, like log=prometheus or 'log in (a, b),!canary'");
        return new(text, [.. RequirementPattern().Matches(text).Select(Requirement.Of)]);
    }

    public bool Matches(IReadOnlyDictionary<string, string>? labels)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.Holds(labels?.GetValueOrDefault(requirement.Key)))
                return false;
        }

        return true;
    }

    [GeneratedRegex($@"^\s*({OneRequirement})(\s*,\s*({OneRequirement}))*\s*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex SelectorPattern();

    [GeneratedRegex($@"\G\s*({OneRequirement})\s*(,|\z)", RegexOptions.ExplicitCapture)]
    private static partial Regex RequirementPattern();

    private const string Value = "([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?";
    /// <summary>A regular expression for the key of a label.</summary>
    public const string KeyName = "([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";
    private const string OneRequirement =
        $@"(?<not>!)\s*(?<key>{KeyName})|(?<key>{KeyName})"
        + $@"(\s*(?<sign>==?|!=)\s*(?<values>{Value})|\s+(?<sign>in|notin)\s*\(\s*(?<values>{Value}(\s*,\s*{Value})*)\s*\)|\s*(?<sign>[<>])\s*(?<values>-?[0-9]+))?";

    /// <summary>What is to be said of one label.</summary>
    /// <param name="Sign"><c>=</c>, <c>==</c>, <c>!=</c>, <c>in</c>, <c>notin</c>, <c>&lt;</c> or <c>&gt;</c>; empty for a label that is to be there, <c>!</c> for one that is not.</param>
    /// <param name="Values">One or more; a single empty one where the sign asks for none.</param>
    internal sealed record Requirement(string Key, string Sign, IReadOnlyList<string> Values)
    {
        public static Requirement Of(Match match) => new(
            match.Groups["key"].Value,
            match.Groups["not"].Success ? "!" : match.Groups["sign"].Value,
            match.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries));

        /// <summary>As it may be written.</summary>
        public override string ToString() => Sign switch
        {
            "" => Key,
            "!" => $"!{Key}",
            "in" or "notin" => $"{Key} {Sign} ({string.Join(", ", Values)})",
            _ => $"{Key}{Sign}{Values[0]}",
        };

        /// <param name="value">Null where there is no such label.</param>
        public bool Holds(string? value) => Sign switch
        {
            "" => value is not null,
            "!" => value is null,
            "!=" or "notin" => value is null || !Values.Contains(value),
            "<" => Compare(value) < 0,
            ">" => Compare(value) > 0,
            _ => value is not null && Values.Contains(value),
        };

        /// <summary>Null where one of them is not a number.</summary>
        private int? Compare(string? value) =>
            long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && long.TryParse(Values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bound)
                ? number.CompareTo(bound)
                : null;
    }
}

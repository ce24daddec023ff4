using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Explaining;

/// <summary>Why a selector takes an object or does not: each of its requirements, and what its owner may have meant.</summary>
/// <param name="flag">By which the selector is set.</param>
internal sealed class SelectorChecks(LabelSelector selector, string flag)
{
    private const string Check = "label";

    /// <summary>Labels that are gone through: a pod may have more than anybody reads.</summary>
    private const int MostLabels = 500;
    private const int MostTold = 10;

    public void AddTo(Findings findings, ObjectMeta metadata, Owner owner)
    {
        if (selector.Requirements.Count == 0)
            findings.Pass(Check, $"{flag} is empty: every {owner.Kind} is selected");
        foreach (var requirement in selector.Requirements)
        {
            var value = metadata.Labels?.GetValueOrDefault(requirement.Key);
            if (requirement.Holds(value))
                findings.Pass(Check, $"{(value is null ? $"it has no label {requirement.Key}" : $"its label {requirement.Key} is {Quoted(value)}")}, as {flag} {requirement} asks");
            else if (value is not null)
                Wrong(findings, requirement, value, owner);
            else
                Missing(findings, requirement, metadata, owner);
        }
    }

    /// <summary>The label is there and says something else.</summary>
    private void Wrong(Findings findings, LabelSelector.Requirement requirement, string value, Owner owner)
    {
        var fact = $"its label {requirement.Key} is {Quoted(value)}";
        switch (requirement.Sign)
        {
            case "!" or "!=" or "notin":
                findings.Fail(
                    Check, $"{fact}, and {flag} {requirement} leaves that out",
                    owner.Label([$"{requirement.Key}-"], $"take the label {requirement.Key} out of its metadata") + owner.AndInTemplate("metadata.labels", isGone: true));
                break;
            case "<" or ">":
                findings.Fail(Check, $"{fact}, and {flag} asks for {requirement}", $"give the label a number for which {requirement} holds, or change {flag}");
                break;
            default:
                var near = requirement.Values.Select(wanted => (Wanted: wanted, Words: NearMiss.Words(value, wanted))).FirstOrDefault(each => each.Words is not null);
                var wanted = near.Wanted ?? requirement.Values[0];
                findings.Fail(
                    Check, near.Words is null ? $"{fact}, and {flag} asks for {requirement}" : $"{fact}, {near.Words}: {flag} asks for {requirement}",
                    owner.Label([$"{requirement.Key}={wanted}", Owner.Overwrite], $"set the label {requirement.Key} in its metadata to {wanted}")
                    + owner.AndInTemplate("metadata.labels"));
                break;
        }
    }

    private void Missing(Findings findings, LabelSelector.Requirement requirement, ObjectMeta metadata, Owner owner)
    {
        var (key, wanted) = (requirement.Key, requirement.Sign is "" or "<" or ">" ? "" : requirement.Values[0]);
        var labels = (metadata.Labels ?? new Dictionary<string, string>()).Take(MostLabels).ToList();
        var fact = $"it has no label {key}, and {flag} asks for {requirement}";
        string[] changes = [$"{key}={(wanted.Length > 0 ? wanted : requirement.Sign is "<" or ">" ? "NUMBER" : "true")}"];
        var words = $"write the label {changes[0].Replace("=", ": ")} into its metadata";
        if (labels.Select(label => (label.Key, label.Value, Words: NearMiss.Words(label.Key, key))).FirstOrDefault(each => each.Words is not null) is { Words: { } slip } near)
        {
            fact += $"; it has {Quoted(near.Key)}, {slip}";
            changes = [.. changes, $"{near.Key}-"];
            words += $" instead of {Quoted(near.Key)}";
        }
        else if (metadata.Annotations?.ContainsKey(key) == true)
        {
            fact += $"; there is an annotation {key}, and only labels select";
        }
        else if (labels.FirstOrDefault(label => wanted.Length > 0 && (label.Value == wanted || NearMiss.Words(label.Value, wanted) is not null)) is { Key: { } other } same)
        {
            fact += $"; its label {Quoted(other)} is {Quoted(same.Value)}";
        }
        else
        {
            fact += labels.Count == 0 ? "; it has no labels at all" : $"; its labels are {string.Join(", ", labels.Take(MostTold).Select(label => Printable.Short($"{label.Key}={label.Value}")))}";
        }

        if (owner.MadeBy is not null)
            fact += $". A label of what makes it ({owner.MadeBy}) is none of the pod's";
        findings.Fail(Check, fact, owner.Label(changes, words) + owner.AndInTemplate("metadata.labels"));
    }

    private static string Quoted(string text) => $"\"{Printable.Short(text)}\"";
}

using System.Text.RegularExpressions;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Explaining;

/// <summary>The object that is explained, as those who are to put something right call it.</summary>
/// <param name="Kind"><c>pod</c> or <c>node</c>.</param>
/// <param name="MadeBy">What has made a pod, such as <c>ReplicaSet web-7d9f</c>; null when it is on its own.</param>
internal sealed partial record Owner(string Kind, ObjectKey Key, Dialect Dialect, string? MadeBy = null)
{
    public static Owner Of(Pod pod, Dialect dialect) => new(
        "pod", pod.Metadata.Key, dialect,
        pod.Metadata.OwnerReferences.Present().FirstOrDefault(owner => owner.Controller == true) is { Name: { } name } owner
            ? Printable.Short($"{owner.Kind} {name}")
            : null);

    public override string ToString() => $"{Kind} {Printable.Of(Key.ToString())}";

    /// <param name="changes">As kubectl takes them, such as <c>log=prometheus</c> or <c>log-</c>.</param>
    /// <param name="words">The same for a server that kubectl does not speak with.</param>
    public string Label(IEnumerable<string> changes, string words) => Command("label", changes, words);

    public string Annotate(IEnumerable<string> changes, string words) => Command("annotate", changes, words);

    /// <summary>Where it is to stand for the pods that come after this one; empty for what nothing makes anew.</summary>
    /// <param name="path">In the template of pods.</param>
    /// <param name="isGone">It is not to stand there.</param>
    public string AndInTemplate(string path, bool isGone = false) => MadeBy is null ? ""
        : isGone ? $"; and take it out of spec.template.{path} of what makes the pod ({MadeBy}), or the next pod has it again"
        : $"; and write it into spec.template.{path} of what makes the pod ({MadeBy}), or the next pod is without it";

    /// <summary>What only a new pod can have.</summary>
    /// <param name="path">In the specification of a pod.</param>
    public string InManifest(string path) => MadeBy is null
        ? $"in {path} of its manifest, and create the pod anew"
        : $"in spec.template.{path} of what makes the pod ({MadeBy})";

    /// <summary>For a command line: names and labels are what somebody else has written.</summary>
    public static string Word(string text) =>
        PlainWord().IsMatch(text) ? text : $"'{Printable.Of(text).Replace("'", @"'\''")}'";

    /// <summary>A label that is there is only set anew where that is said.</summary>
    public const string Overwrite = "--overwrite";

    private string Command(string verb, IEnumerable<string> changes, string words)
    {
        if (Dialect != Dialect.Kubernetes)
            return words;
        var @namespace = Key.Namespace.Length == 0 ? "" : $" -n {Word(Key.Namespace)}";
        return $"kubectl {verb} {Kind}{@namespace} {Word(Key.Name)} {string.Join(' ', changes.Select(change => change == Overwrite ? change : Word(change)))}";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_./=:,-]*\z")]
    private static partial Regex PlainWord();
}

using System.Text;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>Collects the labels of a target group under names that every Prometheus accepts, and within <see cref="TargetLimits"/>.</summary>
internal sealed class LabelSet
{
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly LabelRules _rules;
    private readonly Remarks _remarks;

    // Of the limit of bytes for labels that the object's owner has named.
    private int _left;

    /// <param name="remarks">Takes what is left out.</param>
    public LabelSet(LabelRules rules, Remarks remarks)
    {
        (_rules, _remarks, _left) = (rules, remarks, rules.Limits.MetadataBytes);
        foreach (var (name, value) in rules.Extra)
            _labels[name] = value;
    }

    /// <summary>Begins with the labels of another set, for the targets of one object share most of them.</summary>
    public LabelSet(LabelSet common) =>
        (_labels, _rules, _remarks, _left) = (new(common._labels, StringComparer.Ordinal), common._rules, common._remarks, common._left);

    /// <summary>Adds a label unless it is empty, which is the same as absent. One that is absurdly long is left out and remarked.</summary>
    /// <param name="name">A valid label name.</param>
    public LabelSet Add(string name, string? value)
    {
        if (TargetLimits.IsTooLong(value))
            _remarks.Add(RemarkKind.ValueTooLong, $"what would be the label {name} has {value!.Length} characters");
        else if (!string.IsNullOrEmpty(value))
            _labels[name] = value;
        return this;
    }

    /// <summary>Adds a label that relabelling rules may look at, and that is gone after them.</summary>
    /// <param name="name">A valid label name that begins with <c>__meta_</c>.</param>
    public LabelSet AddMeta(string name, string? value) => _rules.Meta == MetaLabels.None ? this : Add(name, value);

    /// <summary>As <see cref="AddMeta"/>, for what is told only where everything is.</summary>
    public LabelSet AddFullMeta(string name, string? value) => _rules.Meta == MetaLabels.Full ? Add(name, value) : this;

    /// <summary>Adds the labels and annotations of an object.</summary>
    /// <param name="prefix"><c>__meta_kubernetes_node</c> or <c>__meta_kubernetes_pod</c>.</param>
    public LabelSet AddMetadata(string prefix, ObjectMeta metadata) => this
        .AddKeyed($"{prefix}_label", Nullable(metadata.Labels), "labels", tellsPresence: true)
        .AddKeyed(
            $"{prefix}_annotation", Nullable(metadata.Annotations?.Where(annotation => _rules.Carries(annotation.Key))), "annotations",
            tellsPresence: true);

    /// <summary>
    /// Adds each entry as <c>&lt;prefix&gt;_&lt;key&gt;</c>. Of entries with one key the first counts; of keys that become one
    /// name the ordinally first, and it is remarked.
    /// </summary>
    /// <param name="what">The keys are, for the remark.</param>
    /// <param name="tellsPresence">Where everything is told, <c>&lt;prefix&gt;present_&lt;key&gt;</c> is, too.</param>
    public LabelSet AddKeyed(string prefix, IEnumerable<KeyValuePair<string, string?>> entries, string what, bool tellsPresence = false)
    {
        if (_rules.Meta == MetaLabels.None)
            return this;
        var keys = new Dictionary<string, string>();
        var labels = new List<OwnersLabel>();
        foreach (var (key, value) in entries.DistinctBy(entry => entry.Key).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var name = Sanitized(key);
            if (keys.TryAdd(name, key))
            {
                labels.Add(new($"{prefix}_{name}", value ?? "", tellsPresence && _rules.Meta == MetaLabels.Full ? $"{prefix}present_{name}" : null));
            }
            else
            {
                _remarks.Add(
                    RemarkKind.NamesCollide,
                    $"the {what} \"{Printable.Short(keys[name])}\" and \"{Printable.Short(key)}\" both become {prefix}_{Printable.Short(name)}; the first is used");
            }
        }

        return AddWithinLimit(labels, what);
    }

    /// <summary>
    /// Adds labels that the object's owner has made up, until their limit is reached. Where they are too many the shortest
    /// are taken, by the bytes that they take: so the most come in, and a giant keeps out itself alone.
    /// </summary>
    public LabelSet AddWithinLimit(IReadOnlyList<OwnersLabel> labels, string what)
    {
        var allFit = labels.Sum(label => (long)label.Size) <= _left;
        IEnumerable<OwnersLabel> shortestFirst = labels.OrderBy(label => label.Size).ThenBy(label => label.Name, StringComparer.Ordinal);
        var left = 0;
        foreach (var label in allFit ? labels : shortestFirst)
        {
            if (label.Size > _left)
            {
                left++;
                continue;
            }

            _left -= label.Size;
            if (label.Value.Length > 0)
                _labels[label.Name] = label.Value;
            if (label.PresentName is { } present)
                _labels[present] = "true";
        }

        if (left > 0)
            _remarks.Add(RemarkKind.MetadataTooLarge, $"{left} of its {labels.Count} {what} are left out; --limits.metadata-bytes sets the limit");
        return this;
    }

    public IReadOnlyList<KeyValuePair<string, string>> ToList() => [.. _labels];

    /// <summary>Every character outside <c>[a-zA-Z0-9_]</c> replaced by an underscore.</summary>
    public static string Sanitized(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            name.Append(rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value) ? (char)rune.Value : '_');
        return name.ToString();
    }

    private static IEnumerable<KeyValuePair<string, string?>> Nullable(IEnumerable<KeyValuePair<string, string>>? entries) =>
        (entries ?? []).Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value));
}

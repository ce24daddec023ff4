using System.Collections.ObjectModel;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>Collects the labels of a target group under names that every Prometheus accepts, and within <see cref="TargetLimits"/>.</summary>
internal sealed class LabelSet
{
    /// <summary>Sorted ordinally by name.</summary>
    private readonly List<KeyValuePair<string, string>> _labels;

    private readonly LabelRules _rules;
    private readonly Remarks _remarks;

    // Of the limit of bytes for labels that the object's owner has named.
    private int _left;

    /// <param name="remarks">Takes what is left out.</param>
    public LabelSet(LabelRules rules, Remarks remarks)
    {
        (_labels, _rules, _remarks, _left) = (new(32), rules, remarks, rules.Limits.MetadataBytes);
        foreach (var (name, value) in rules.Extra)
            Set(name, value);
    }

    /// <summary>Begins with the labels of another set, for the targets of one object share most of them.</summary>
    public LabelSet(LabelSet common)
    {
        (_labels, _rules, _remarks, _left) = (new(common._labels.Count + 16), common._rules, common._remarks, common._left);
        _labels.AddRange(common._labels);
    }

    /// <summary>Adds a label unless it is empty, which is the same as absent. One that is absurdly long is left out and remarked.</summary>
    /// <param name="name">A valid label name.</param>
    public LabelSet Add(string name, string? value)
    {
        if (TargetLimits.IsTooLong(value))
            _remarks.Add(RemarkKind.ValueTooLong, $"what would be the label {name} has {value!.Length} characters");
        else if (!string.IsNullOrEmpty(value))
            Set(name, value);
        return this;
    }

    /// <summary>Adds a label that relabelling rules may look at, and that is gone after them.</summary>
    /// <param name="name">A valid label name that begins with <c>__meta_</c>.</param>
    public LabelSet AddMeta(string name, string? value) => _rules.Meta == MetaLabels.None ? this : Add(name, value);

    /// <summary>As <see cref="AddMeta"/>, for what is told only where everything is.</summary>
    public LabelSet AddFullMeta(string name, string? value) => _rules.Meta == MetaLabels.Full ? Add(name, value) : this;

    /// <summary>Adds the labels and annotations of an object.</summary>
    /// <param name="labels">The prefix of their names: <c>__meta_kubernetes_pod_label</c> or that of a node.</param>
    /// <param name="annotations">Likewise.</param>
    public LabelSet AddMetadata(string labels, string annotations, ObjectMeta metadata) => this
        .AddKeyed(labels, Entries(metadata.Labels, _ => true), "labels", tellsPresence: true)
        .AddKeyed(annotations, Entries(metadata.Annotations, _rules.Carries), "annotations", tellsPresence: true);

    /// <summary>
    /// Adds each entry as <c>&lt;prefix&gt;_&lt;key&gt;</c>. Of keys that become one name the ordinally first counts, and it is
    /// remarked.
    /// </summary>
    /// <param name="entries">Each key stands there once. They are sorted in their place.</param>
    /// <param name="what">The keys are, for the remark.</param>
    /// <param name="tellsPresence">Where everything is told, <c>&lt;prefix&gt;present_&lt;key&gt;</c> is, too.</param>
    public LabelSet AddKeyed(string prefix, List<KeyValuePair<string, string?>> entries, string what, bool tellsPresence = false)
    {
        if (_rules.Meta == MetaLabels.None || entries.Count == 0)
            return this;
        entries.Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        var keys = new Dictionary<string, string>(entries.Count);
        var labels = new List<OwnersLabel>(entries.Count);
        foreach (var (key, value) in entries)
        {
            var name = KeyedName.Of(prefix, key);
            if (keys.TryAdd(name.Name, key))
            {
                labels.Add(new(name.Name, value ?? "", tellsPresence && _rules.Meta == MetaLabels.Full ? name.Present : null));
            }
            else
            {
                _remarks.Add(
                    RemarkKind.NamesCollide,
                    $"the {what} \"{Printable.Short(keys[name.Name])}\" and \"{Printable.Short(key)}\" both become {prefix}_{Printable.Short(name.Name[(prefix.Length + 1)..])}; the first is used");
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
                Set(label.Name, label.Value);
            if (label.PresentName is { } present)
                Set(present, "true");
        }

        if (left > 0)
            _remarks.Add(RemarkKind.MetadataTooLarge, $"{left} of its {labels.Count} {what} are left out; --limits.metadata-bytes sets the limit");
        return this;
    }

    /// <summary>The labels as they are; none is added afterwards.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToList() => _labels;

    private void Set(string name, string value)
    {
        var (at, end) = (0, _labels.Count);
        while (at < end)
        {
            var middle = (at + end) / 2;
            var order = string.CompareOrdinal(_labels[middle].Key, name);
            if (order == 0)
            {
                _labels[middle] = new(name, value);
                return;
            }

            (at, end) = order < 0 ? (middle + 1, end) : (at, middle);
        }

        _labels.Insert(at, new(name, value));
    }

    private static List<KeyValuePair<string, string?>> Entries(IReadOnlyDictionary<string, string>? texts, Func<string, bool> wanted)
    {
        var entries = new List<KeyValuePair<string, string?>>(texts?.Count ?? 0);
        foreach (var (key, value) in texts ?? ReadOnlyDictionary<string, string>.Empty)
        {
            if (wanted(key))
                entries.Add(new(key, value));
        }

        return entries;
    }
}

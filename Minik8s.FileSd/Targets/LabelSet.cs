using System.Text;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>Collects the labels of a target group under names that every Prometheus accepts.</summary>
internal sealed class LabelSet
{
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly LabelRules _rules;

    public LabelSet(LabelRules rules)
    {
        _rules = rules;
        foreach (var (name, value) in rules.Extra)
            Add(name, value);
    }

    /// <summary>Begins with the labels of another set, for the targets of one object share most of them.</summary>
    public LabelSet(LabelSet common) => (_labels, _rules) = (new(common._labels, StringComparer.Ordinal), common._rules);

    /// <summary>Adds a label unless it is empty, which is the same as absent.</summary>
    /// <param name="name">A valid label name.</param>
    public LabelSet Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
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
    public LabelSet AddMetadata(string prefix, ObjectMeta metadata, List<Remark> remarks) => this
        .AddPresent($"{prefix}_label", metadata.Labels, "labels", remarks)
        .AddPresent($"{prefix}_annotation", metadata.Annotations?.Where(annotation => _rules.Carries(annotation.Key)), "annotations", remarks);

    /// <summary>
    /// Adds each entry as <c>&lt;prefix&gt;_&lt;key&gt;</c>. Of entries with one key the first counts; of keys that become one
    /// name the ordinally first, and it is remarked.
    /// </summary>
    /// <param name="what">The keys are, for the remark.</param>
    /// <returns>The names that were given.</returns>
    public IReadOnlyCollection<string> AddAll(
        string prefix, IEnumerable<KeyValuePair<string, string?>> entries, string what, List<Remark> remarks)
    {
        var keys = new Dictionary<string, string>();
        if (_rules.Meta == MetaLabels.None)
            return keys.Keys;
        foreach (var (key, value) in entries.DistinctBy(entry => entry.Key).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var name = Sanitized(key);
            if (keys.TryAdd(name, key))
                Add($"{prefix}_{name}", value);
            else
                remarks.Add(new(RemarkKind.NamesCollide, $"the {what} \"{keys[name]}\" and \"{key}\" both become {prefix}_{name}; the first is used"));
        }

        return keys.Keys;
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

    private LabelSet AddPresent(
        string prefix, IEnumerable<KeyValuePair<string, string>>? entries, string what, List<Remark> remarks)
    {
        var names = AddAll(prefix, (entries ?? []).Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value)), what, remarks);
        foreach (var name in names)
            AddFullMeta($"{prefix}present_{name}", "true");
        return this;
    }
}

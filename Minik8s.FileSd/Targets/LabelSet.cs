using System.Text;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>Collects the labels of a target group under names that every Prometheus accepts.</summary>
internal sealed class LabelSet
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);

    public LabelSet() { }

    /// <summary>Begins with the labels of another set, for the targets of one object share most of them.</summary>
    public LabelSet(LabelSet common) => _labels = new(common._labels, StringComparer.Ordinal);

    /// <summary>Adds a label unless it is empty or its name is taken.</summary>
    /// <param name="name">A valid label name.</param>
    public LabelSet Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            _labels.TryAdd(name, value);
        return this;
    }

    /// <summary>
    /// Adds the labels and annotations of an object, save the annotation in which kubectl keeps the whole object.
    /// </summary>
    /// <param name="prefix"><c>__meta_kubernetes_node</c> or <c>__meta_kubernetes_pod</c>.</param>
    public LabelSet AddMetadata(string prefix, ObjectMeta metadata) => this
        .AddAll($"{prefix}_label", metadata.Labels)
        .AddAll($"{prefix}_annotation", metadata.Annotations?.Where(annotation => annotation.Key != LastApplied));

    /// <summary>
    /// Adds each entry as <c>&lt;prefix&gt;_&lt;key&gt;</c>, and that it is there as <c>&lt;prefix&gt;present_&lt;key&gt;</c>.
    /// Where two keys become one name, the ordinally first wins.
    /// </summary>
    private LabelSet AddAll(string prefix, IEnumerable<KeyValuePair<string, string>>? entries)
    {
        foreach (var (key, value) in (entries ?? []).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var name = Sanitized(key);
            if (_labels.TryAdd($"{prefix}present_{name}", "true"))
                Add($"{prefix}_{name}", value);
        }

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
}

namespace Minik8s.FileSd.Targets;

/// <summary>How much of an object becomes <c>__meta_kubernetes_*</c> labels.</summary>
internal enum MetaLabels
{
    /// <summary>None of it.</summary>
    None,

    /// <summary>Without annotations except <c>prometheus.io/*</c>, the <c>…present_…</c> labels and the container's id.</summary>
    Standard,

    /// <summary>Everything that Prometheus' own discovery tells.</summary>
    Full,
}

/// <summary>Which labels targets get.</summary>
/// <param name="Annotations">Keys of annotations that become labels besides, unless nothing does.</param>
/// <param name="Extra">Valid labels that every target gets.</param>
/// <param name="NodeMetadata">Pods' targets get the labels of their node.</param>
internal sealed record LabelRules(
    MetaLabels Meta, IReadOnlySet<string> Annotations, IReadOnlyList<KeyValuePair<string, string>> Extra, bool NodeMetadata)
{
    /// <summary>In which kubectl keeps the whole object. Only who asks for it by name gets it.</summary>
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    public static readonly LabelRules Standard = new(MetaLabels.Standard, new HashSet<string>(), [], false);

    /// <summary>How much of a target file one object may take.</summary>
    public TargetLimits Limits { get; init; } = TargetLimits.Standard;

    /// <summary>For each of the targets of one object, which have the room for metadata together.</summary>
    public LabelRules SharedBy(int targets) =>
        targets < 2 ? this : this with { Limits = Limits with { MetadataBytes = Limits.MetadataBytes / targets } };

    public bool Carries(string annotation) => Annotations.Contains(annotation)
        || (Meta == MetaLabels.Full && annotation != LastApplied)
        || annotation.StartsWith(ScrapeAnnotations.Prefix, StringComparison.Ordinal);
}

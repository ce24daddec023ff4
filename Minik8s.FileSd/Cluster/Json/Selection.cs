using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>Tells which objects a label selector leaves out, before they are decoded: of a server that takes no notice of it most are.</summary>
internal sealed class Selection(LabelSelector selector)
{
    // One after the other is looked at, and what they have is not kept.
    private readonly Dictionary<string, string> _labels = [];

    public bool SelectsAll => selector.Requirements.Count == 0;

    /// <summary>Whether it is left out. Where its labels cannot be read that is for others to say.</summary>
    public bool LeavesOut(in Glance glance)
    {
        if (SelectsAll)
            return false;
        _labels.Clear();
        try
        {
            if (!glance.Labels.IsEmpty)
            {
                var reader = new Utf8JsonReader(glance.Labels);
                reader.Texts(_labels);
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return false;
        }

        return !_labels.ContainsValue(null!) && !selector.Matches(_labels);
    }
}

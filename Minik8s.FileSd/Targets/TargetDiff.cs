using System.Text.Json;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>What of a file's targets is other than before, sorted by object.</summary>
/// <param name="Relabelled">Those that are at the same address and have other labels.</param>
internal sealed record TargetDiff(
    IReadOnlyList<TargetLine> Added, IReadOnlyList<TargetLine> Removed, IReadOnlyList<Relabelling> Relabelled)
{
    public bool IsEmpty => Added.Count == 0 && Removed.Count == 0 && Relabelled.Count == 0;

    /// <param name="before">Null when there was nothing.</param>
    public static TargetDiff Between(FileContent? before, FileContent after)
    {
        var (added, removed, relabelled) = (new List<TargetLine>(), new List<TargetLine>(), new List<Relabelling>());
        using var old = (before?.Lines ?? []).GetEnumerator();
        using var @new = after.Lines.GetEnumerator();
        var (isOld, isNew) = (old.MoveNext(), @new.MoveNext());
        var (oldOnes, newOnes) = (new List<TargetLine>(), new List<TargetLine>());
        while (isOld || isNew)
        {
            // Nearly all lines are as they were, one after the other.
            if (isOld && isNew && old.Current.Object == @new.Current.Object && old.Current.SaysTheSameAs(@new.Current))
            {
                (isOld, isNew) = (old.MoveNext(), @new.MoveNext());
                continue;
            }

            var order = !isOld ? 1 : !isNew ? -1 : old.Current.Object.CompareTo(@new.Current.Object);
            var key = order <= 0 ? old.Current.Object : @new.Current.Object;
            for (oldOnes.Clear(); isOld && old.Current.Object == key; isOld = old.MoveNext())
                oldOnes.Add(old.Current);
            for (newOnes.Clear(); isNew && @new.Current.Object == key; isNew = @new.MoveNext())
                newOnes.Add(@new.Current);
            Compare(oldOnes, newOnes);
        }

        return new(added, removed, relabelled);

        // Of one object.
        void Compare(List<TargetLine> before, List<TargetLine> after)
        {
            foreach (var line in after)
            {
                var same = before.FindIndex(each => each.Address == line.Address);
                if (same < 0)
                    added.Add(line);
                else if (!before[same].SaysTheSameAs(line))
                    relabelled.Add(new(before[same], line));
                if (same >= 0)
                    before.RemoveAt(same);
            }

            removed.AddRange(before);
        }
    }
}

/// <summary>One line of a target file: a target group with its one target.</summary>
/// <param name="NodeLabels">Those that its node gives it, as they stand between braces; empty for none.</param>
internal readonly record struct TargetLine(ObjectKey Object, RenderedGroup Group, ReadOnlyMemory<byte> NodeLabels)
{
    public string Address => Group.Address;

    public bool SaysTheSameAs(TargetLine other) =>
        Group == other.Group && NodeLabels.Span.SequenceEqual(other.NodeLabels.Span)
        || (Group.After.Length == 0) != (other.Group.After.Length == 0) && Render().SequenceEqual(other.Render());

    /// <summary>The target group in JSON.</summary>
    public byte[] Render() => Group.After.Length == 0
        ? Group.Before
        : [.. Group.Before, .. Group.RenderAfter(NodeLabels).SelectMany(piece => piece.ToArray())];

    /// <summary>Its labels by their names.</summary>
    public Dictionary<string, string> ReadLabels()
    {
        using var group = JsonDocument.Parse(Render());
        return group.RootElement.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!);
    }
}

/// <summary>A target that has got other labels.</summary>
internal readonly record struct Relabelling(TargetLine Before, TargetLine After)
{
    /// <summary>The names of the labels that were added, removed or altered, sorted ordinally.</summary>
    public IReadOnlyList<string> Labels
    {
        get
        {
            var (before, after) = (Before.ReadLabels(), After.ReadLabels());
            return [.. before.Except(after).Concat(after.Except(before)).Select(label => label.Key).Distinct().Order(StringComparer.Ordinal)];
        }
    }
}

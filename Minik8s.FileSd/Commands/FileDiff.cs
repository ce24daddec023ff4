using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Commands;

/// <summary>What other labels do to a target.</summary>
internal enum LabelEffect
{
    /// <summary>The same labels, written otherwise.</summary>
    None,

    /// <summary>Only relabelling rules see it: Prometheus goes on scraping as before.</summary>
    Relabelling,

    /// <summary>It is scraped in another way from now on; its series stay what they are.</summary>
    Scrape,

    /// <summary>Its series end, and new ones begin.</summary>
    Series,
}

/// <param name="Before">Null where there was none.</param>
/// <param name="After">Null where there is none any more.</param>
internal sealed record LabelDiff(string Name, string? Before, string? After);

/// <param name="Object">As <c>namespace/name</c>, or the name of a node.</param>
internal sealed record DiffTarget(string Object, string Address);

/// <param name="Labels">Sorted by name.</param>
internal sealed record DiffRelabelling(string Object, string Address, IReadOnlyList<LabelDiff> Labels, LabelEffect Effect);

/// <summary>What would change in a target file.</summary>
/// <param name="Exists">There is a file.</param>
/// <param name="IsNoFile">What is there instead is no file, such as a folder or a pipe.</param>
/// <param name="Same">Targets that stay as they are.</param>
/// <param name="Held">So many of the removed ones would stay until a second list lacks them as well.</param>
/// <param name="Rewritten">It says the same in other bytes, and would be written anew.</param>
internal sealed record FileDiff(
    string Path,
    bool Exists,
    bool IsNoFile,
    IReadOnlyList<DiffTarget> Added,
    IReadOnlyList<DiffTarget> Removed,
    IReadOnlyList<DiffRelabelling> Relabelled,
    int Same,
    int Held,
    bool Rewritten)
{
    public bool IsEmpty => Exists && !Rewritten && Added.Count + Removed.Count + Relabelled.Count == 0;

    public static FileDiff Of(string path, Pass pass)
    {
        var diff = TargetDiff.Between(PassedFiles.OnDisk(path), pass.Content);
        var relabelled = diff.Relabelled.Select(Relabelling).ToList();
        var stamp = Posix.Stamp(path);
        var exists = stamp is { IsRegular: true };
        return new(
            path, exists, stamp is { IsRegular: false }, [.. diff.Added.Select(Target)], [.. diff.Removed.Select(Target)], relabelled,
            pass.Content.Count - diff.Added.Count - relabelled.Count, pass.Held,
            exists && diff.IsEmpty && !TargetFile.Says(path, pass.Content));
    }

    private static DiffTarget Target(TargetLine line) => new(line.Object.ToString(), line.Address);

    private static DiffRelabelling Relabelling(Relabelling each)
    {
        var (before, after) = (each.Before.ReadLabels(), each.After.ReadLabels());
        List<LabelDiff> labels =
        [
            .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
                .Select(name => new LabelDiff(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))
                .Where(label => label.Before != label.After),
        ];
        return new(each.After.Object.ToString(), each.After.Address, labels, labels.Select(label => Effect(label.Name)).DefaultIfEmpty().Max());
    }

    /// <summary>By what Prometheus takes a label for: docs/labels.md.</summary>
    private static LabelEffect Effect(string name) =>
        name.StartsWith("__meta_", StringComparison.Ordinal) ? LabelEffect.Relabelling
        : name.StartsWith("__", StringComparison.Ordinal) ? LabelEffect.Scrape
        : LabelEffect.Series;
}

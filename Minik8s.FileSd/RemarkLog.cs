using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd;

/// <summary>Tells what was left out of a target file: each remark once, for as long as it stands.</summary>
internal sealed class RemarkLog(ILogger logger, string file)
{
    /// <summary>Told one by one at a time; the rest is in the metric. A log is not to be filled by whoever may annotate pods.</summary>
    public const int Most = 20;

    private HashSet<(ObjectKey, Remark)> _told = [];

    public void Tell(FileContent content)
    {
        var standing = content.Remarks.ToHashSet();
        var fresh = standing.Where(remark => !_told.Contains(remark)).ToList();
        foreach (var (key, remark) in fresh.Take(Most))
            Log.Remarked(logger, file, Printable.Of(key.ToString()), remark.Kind.ToString(), Printable.Of(remark.Fact));
        if (fresh.Count > Most)
            Log.MoreRemarked(logger, file, fresh.Count - Most);
        _told = standing;
    }
}

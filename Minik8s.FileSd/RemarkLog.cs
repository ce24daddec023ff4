using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd;

/// <summary>
/// Tells what was left out of a target file: of each object each kind of remark once, for as long as it stands, and no more
/// than <see cref="Most"/> in <see cref="Period"/>. A log is not to be filled by whoever may annotate pods.
/// </summary>
internal sealed class RemarkLog(ILogger logger, string file, TimeProvider time)
{
    public const int Most = 20;
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private HashSet<(ObjectKey, RemarkKind)> _told = [];
    private long _began = time.GetTimestamp();
    private int _lines;

    public void Tell(FileContent content)
    {
        if (time.GetElapsedTime(_began) >= Period)
            (_began, _lines) = (time.GetTimestamp(), 0);
        var standing = new HashSet<(ObjectKey, RemarkKind)>();
        foreach (var (key, remark) in content.Remarks)
        {
            if (!standing.Add((key, remark.Kind)) || _told.Contains((key, remark.Kind)))
                continue;
            switch (_lines++)
            {
                case < Most:
                    Log.Remarked(logger, file, Printable.Of(key.ToString()), SnakeCase.Of(remark.Kind), Printable.Of(remark.Fact));
                    break;
                case Most:
                    Log.MoreRemarked(logger, file, Most, Period.TotalSeconds);
                    break;
            }
        }

        _told = standing;
    }
}

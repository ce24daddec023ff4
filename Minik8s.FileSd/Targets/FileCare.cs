using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Targets;

/// <summary>Looks after a target file between two changes: somebody might delete it, edit it or write it as well.</summary>
/// <param name="backoff">
/// Gives the pause behind a repair; called once for each. Looks go on meanwhile: with somebody who keeps writing the file no
/// fight is fought in earnest, and nobody is told that all is well.
/// </param>
internal sealed class FileCare(
    TargetFile file, FileStatus status, ILogger logger, Func<TimeSpan> backoff, TimeProvider time, FileMetrics metrics)
{
    /// <summary>
    /// A look costs one system call. Prometheus passes on what it reads every five seconds: most damage it does not even see.
    /// </summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The most that is waited between two repairs.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private DateTimeOffset _nextRepair = time.GetUtcNow();
    private bool _isDamaged;
    private bool _hasToldOther;

    /// <summary>To be called at each <see cref="Interval"/>: looks, and says whether the file is to be published anew now.</summary>
    public bool IsRepairDue()
    {
        var (look, now) = (file.Look(), time.GetUtcNow());
        status.Looked(look.Damage);
        if (look.Damage is not null && !_isDamaged)
            Log.Damaged(logger, file.Path, look.Damage, Math.Max(0, (_nextRepair - now).TotalSeconds));
        if (look.IsForeign && !_hasToldOther)
            Log.OtherWriter(logger, file.Path);
        _hasToldOther |= look.IsForeign;
        _isDamaged = look.Damage is not null;
        if (!_isDamaged || now < _nextRepair)
            return false;
        _isDamaged = false;
        _nextRepair = now + backoff();
        metrics.Repairs.Inc();
        return true;
    }
}

using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Targets;

/// <summary>Looks after a target file between two changes: somebody might delete it, edit it or write it as well.</summary>
/// <param name="backoff">Gives the pause after damage; called once for each, so that no fight is fought in earnest.</param>
internal sealed class FileCare(TargetFile file, ILogger logger, Func<TimeSpan> backoff, FileMetrics metrics)
{
    /// <summary>
    /// A look costs two system calls. Prometheus passes on what it reads every five seconds: most damage it does not even see.
    /// </summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The most that is waited while somebody else keeps writing the file.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private bool _hasToldOther;

    /// <summary>How long to wait before the next look.</summary>
    public TimeSpan Pause { get; private set; } = Interval;

    /// <summary>Whether the file has to be published anew.</summary>
    public bool IsDamaged()
    {
        var look = file.Look();
        Pause = look == default || backoff() is var pause && pause < Interval ? Interval : pause;
        if (look.Damage is not null)
        {
            Log.Damaged(logger, file.Path, look.Damage);
            metrics.Repairs.Inc();
        }
        else if (look.IsForeign && !_hasToldOther)
        {
            Log.OtherWriter(logger, file.Path);
            _hasToldOther = true;
        }

        return look.Damage is not null;
    }
}

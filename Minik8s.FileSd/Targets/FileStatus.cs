using Microsoft.Extensions.Logging;

namespace Minik8s.FileSd.Targets;

/// <summary>Whether a target file can be written. Each change is told once; a retry that fails alike is not.</summary>
/// <param name="backoff">Gives the delay after a fault; called once for each.</param>
internal sealed class FileStatus(string path, ILogger logger, Func<TimeSpan> backoff)
{
    // Not the message, which names another staged file each time.
    private (Type, int)? _fault;
    private bool _published;

    public void Published(Publication publication)
    {
        if (_fault is not null)
            Log.WriteRecovered(logger, path);
        _fault = null;
        if (publication.Written)
            Log.Wrote(logger, path, publication.Targets, publication.Bytes);
        else if (!_published)
            Log.AlreadyWritten(logger, path, publication.Targets);
        _published = true;
    }

    /// <summary>How long to wait before writing again; also makes the fault known.</summary>
    public TimeSpan DelayAfter(Exception fault)
    {
        var delay = backoff();
        var seen = (fault.GetType(), fault.HResult);
        if (seen == _fault)
            Log.StillNotWritten(logger, path, fault.Message, delay.TotalSeconds);
        else
            Log.WriteFailed(logger, path, fault.Message, delay.TotalSeconds);
        _fault = seen;
        return delay;
    }
}

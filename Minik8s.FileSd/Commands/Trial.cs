namespace Minik8s.FileSd.Commands;

/// <summary>Something that is tried out.</summary>
internal static class Trial
{
    /// <summary>Why the file system does not let it be done; null when it does.</summary>
    public static string? Fault(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message.TrimEnd('.');
        }
    }
}

namespace Minik8s.FileSd.Benchmarks;

/// <summary>Whether a file can be written, before long work whose result is to be in it.</summary>
internal static class WritableFile
{
    /// <summary>Opens it for writing, and leaves what is there as it is.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Check(string path, string flag)
    {
        try
        {
            var isThere = File.Exists(path);
            using (File.Open(path, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (!isThere)
                File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"{flag} \"{path}\" cannot be written: {fault.Message}", fault);
        }
    }
}

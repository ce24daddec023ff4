namespace Minik8s.Sandbox;

/// <summary>
/// A folder under the temporary folder for everything a sandbox writes; deleted at the end. What a sandbox that was
/// killed left behind is deleted by the next one: a lock, which the kernel releases with its holder, tells them apart.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    private const string Prefix = "minik8s-sandbox-";

    /// <summary>What Prometheus and the logs of an afternoon may take; with less, all that would be seen is silence.</summary>
    private const long Needed = 64L << 20;

    private readonly FileStream _lock;

    /// <exception cref="SandboxException">The temporary folder is missing or full.</exception>
    public RunFolder()
    {
        var parent = System.IO.Path.GetTempPath();
        if (!Directory.Exists(parent))
        {
            throw new SandboxException($"The temporary folder {parent} does not exist. Set TMPDIR to one that does.");
        }

        foreach (var folder in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            DeleteUnlessHeld(folder);
        }

        if (new DriveInfo(parent).AvailableFreeSpace is < Needed and var free)
        {
            throw new SandboxException(
                $"The temporary folder {parent} has {free >> 20} MiB left, and a sandbox needs {Needed >> 20}. "
                + "Make room, or set TMPDIR to another.");
        }

        Path = Directory.CreateTempSubdirectory(Prefix).FullName;

        // Locked before it has its name, so that nobody can find it there and not held.
        var unnamed = System.IO.Path.Combine(Path, "lock.new");
        _lock = new FileStream(unnamed, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.Move(unnamed, Lock(Path));
    }

    public string Path { get; }

    public string Create(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Someone was faster.
        }
        finally
        {
            _lock.Dispose();
        }
    }

    private static string Lock(string folder) => System.IO.Path.Combine(folder, "lock");

    private static void DeleteUnlessHeld(string folder)
    {
        try
        {
            using var held = new FileStream(Lock(folder), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // In use, another user's, or being created.
        }
    }
}

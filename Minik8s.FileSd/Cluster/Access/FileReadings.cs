namespace Minik8s.FileSd.Cluster.Access;

/// <summary>
/// What files said when they were read, to see whether they still say it. Contents are compared and not times: the links by
/// which a volume of Kubernetes is replaced have times of their own.
/// </summary>
internal sealed class FileReadings
{
    private readonly Dictionary<string, byte[]?> _contents = new(StringComparer.Ordinal);

    /// <exception cref="AccessException">A file cannot be read any more.</exception>
    public bool AreCurrent => _contents.All(reading =>
        Content(reading.Key, "the file") is var now && (now is null ? reading.Value is null : now.AsSpan().SequenceEqual(reading.Value)));

    /// <param name="what">What the file is.</param>
    /// <exception cref="AccessException">It cannot be read.</exception>
    public byte[] Read(string path, string what) =>
        ReadIfThere(path, what) ?? throw new AccessException($"{what} {path} cannot be read: there is no such file");

    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="AccessException">It is there and cannot be read.</exception>
    public byte[]? ReadIfThere(string path, string what)
    {
        if (!_contents.TryGetValue(path, out var content))
            _contents[path] = content = Content(path, what);
        return content;
    }

    private static byte[]? Content(string path, string what)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"{what} {path} cannot be read: {fault.Message.TrimEnd('.')}", fault);
        }
    }
}

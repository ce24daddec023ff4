namespace Minik8s.FileSd.Cluster.Access;

/// <summary>A way to the server.</summary>
/// <param name="Origin">Where it was found.</param>
/// <param name="Read">Reads it; whatever files it takes count.</param>
internal sealed record FoundAccess(string Origin, Func<FileReadings, ServerAccess> Read);

/// <summary>The way to the server, followed while the files in which it stands change.</summary>
internal sealed class AccessSource
{
    private readonly FoundAccess _found;
    private readonly Lock _reading = new();
    private FileReadings? _files;
    private ServerAccess? _access;

    /// <exception cref="AccessException">The files cannot be read, or what they say is of no use.</exception>
    public AccessSource(FoundAccess found)
    {
        _found = found;
        First = Current();
    }

    public string Origin => _found.Origin;

    /// <summary>As it was read first.</summary>
    public ServerAccess First { get; }

    /// <summary>The same object for as long as the files say the same.</summary>
    /// <exception cref="AccessException">The files cannot be read, or what they say is of no use.</exception>
    public ServerAccess Current()
    {
        lock (_reading)
        {
            if (_access is not null && _files!.AreCurrent)
                return _access;
            var files = new FileReadings();
            var access = _found.Read(files);
            (_files, _access) = (files, access);
            return access;
        }
    }
}

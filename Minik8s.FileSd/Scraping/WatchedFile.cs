namespace Minik8s.FileSd.Scraping;

/// <summary>A target file, and by what Prometheus may know it.</summary>
/// <param name="Path">Absolute, as the daemon sees it.</param>
/// <param name="HttpPath">Where the web endpoint gives the same, for <c>http_sd_configs</c>: <c>/sd/pods</c>.</param>
internal sealed record WatchedFile(string Path, string HttpPath)
{
    public string Name { get; } = System.IO.Path.GetFileName(Path);

    /// <summary>Whether a source of targets, by its path or address, goes by the name of this file.</summary>
    public bool IsCalled(string source) => IsUrl(source)
        ? Uri.TryCreate(source, UriKind.Absolute, out var url) && url.AbsolutePath.EndsWith(HttpPath, StringComparison.Ordinal)
        : source[(source.LastIndexOf('/') + 1)..] == Name;

    public static bool IsUrl(string source) => source.Contains("://", StringComparison.Ordinal);
}

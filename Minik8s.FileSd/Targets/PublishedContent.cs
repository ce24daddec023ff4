namespace Minik8s.FileSd.Targets;

/// <summary>What a target file was last made to say.</summary>
/// <param name="content">It.</param>
/// <param name="since">When it was written, or was found at the start.</param>
/// <param name="bytes">The size of the file.</param>
internal sealed class PublishedContent(FileContent content, DateTimeOffset since, long bytes)
{
    private readonly Lazy<string> _hash = new(content.Hash);

    public FileContent Content => content;

    public DateTimeOffset Since => since;

    public long Bytes => bytes;

    /// <summary>SHA-256 of the bytes of the file in lower case hexadecimal. Found out when it is asked for, and once.</summary>
    public string Hash => _hash.Value;
}

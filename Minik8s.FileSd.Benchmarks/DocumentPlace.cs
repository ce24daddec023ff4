namespace Minik8s.FileSd.Benchmarks;

/// <summary>
/// The part of a Markdown document that a benchmark writes: between a line <c>&lt;!-- name --&gt;</c> and a line
/// <c>&lt;!-- end of name --&gt;</c>.
/// </summary>
internal sealed class DocumentPlace
{
    private readonly string _path;
    private readonly string _begin;
    private readonly string _end;

    /// <exception cref="IOException">There is no such document, no such part in it, or it cannot be written.</exception>
    public DocumentPlace(string path, string name)
    {
        (_path, _begin, _end) = (path, $"<!-- {name} -->\n", $"<!-- end of {name} -->\n");
        Split(File.ReadAllText(path));
        WritableFile.Check(path, "--document");
    }

    /// <summary>Puts a text there in the place of the last one.</summary>
    /// <exception cref="IOException">The document cannot be written, or has lost the part.</exception>
    public async Task ReplaceAsync(string text)
    {
        var (before, behind) = Split(await File.ReadAllTextAsync(_path));
        await File.WriteAllTextAsync(_path, $"{before}\n{text}\n{behind}");
    }

    private (string Before, string Behind) Split(string document)
    {
        var (begin, end) = (document.IndexOf(_begin, StringComparison.Ordinal), document.IndexOf(_end, StringComparison.Ordinal));
        return begin >= 0 && begin < end
            ? (document[..(begin + _begin.Length)], document[end..])
            : throw new IOException($"{_path} has no place for the table: a line {_begin.Trim()} and below it a line {_end.Trim()}");
    }
}

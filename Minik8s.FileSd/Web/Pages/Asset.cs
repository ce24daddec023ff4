using System.Security.Cryptography;

namespace Minik8s.FileSd.Web.Pages;

/// <summary>A file of the page that is a part of the program.</summary>
/// <param name="Path">Where it is fetched.</param>
/// <param name="Tag">Stands for the bytes.</param>
internal sealed record Asset(string Path, string Type, ReadOnlyMemory<byte> Bytes, string Tag)
{
    public static Asset Embedded(string path, string type)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream(path[1..])!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new(path, type, bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}

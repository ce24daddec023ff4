using System.Buffers.Text;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Storage;

/// <summary>One version of one object, and what selectors ask of it.</summary>
/// <param name="Key">Namespace and name; unique within the kind.</param>
/// <param name="Version">The store's version when this was written.</param>
/// <param name="Json">
/// The object as UTF-8 JSON without <c>kind</c> and <c>apiVersion</c>. Serialized once; lists and all watchers share it.
/// </param>
/// <param name="VersionAt">Where in <paramref name="Json"/> the digits of <c>metadata.resourceVersion</c> begin.</param>
internal sealed record StoredObject(
    ResourceKind Kind,
    string Key,
    string Namespace,
    string Name,
    string Uid,
    long Version,
    byte[] Json,
    int VersionAt,
    KeyValuePair<string, string>[] Labels,
    string NodeName,
    string Phase)
{
    public static IComparer<StoredObject> ByKey { get; } =
        Comparer<StoredObject>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));

    /// <summary>Something to search a sorted set with.</summary>
    public static StoredObject Probe(ResourceKind kind, string key) => new(kind, key, "", "", "", 0, [], 0, [], "", "");

    public string? Label(string key)
    {
        foreach (var label in Labels)
        {
            if (label.Key == key)
            {
                return label.Value;
            }
        }

        return null;
    }

    /// <summary>The same object as it looks before it has been stored: without a version. It cannot be stored any more.</summary>
    public StoredObject Unversioned()
    {
        var member = ",\"resourceVersion\":\"".Length;
        var end = VersionAt + Json.AsSpan(VersionAt).IndexOf((byte)'"') + 1;
        return this with { Json = [.. Json.AsSpan(0, VersionAt - member), .. Json.AsSpan(end)] };
    }

    /// <summary>The same object under another version. The bytes are spliced, not serialized again.</summary>
    public StoredObject At(long version)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(version, digits, out var length);
        var rest = Json.AsSpan(VersionAt + Json.AsSpan(VersionAt).IndexOf((byte)'"'));
        var json = new byte[VersionAt + length + rest.Length];
        Json.AsSpan(0, VersionAt).CopyTo(json);
        digits[..length].CopyTo(json.AsSpan(VersionAt));
        rest.CopyTo(json.AsSpan(VersionAt + length));
        return this with { Version = version, Json = json };
    }
}

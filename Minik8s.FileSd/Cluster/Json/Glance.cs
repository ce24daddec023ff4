using System.Text;
using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>
/// What can be seen of an object without decoding it: who it is, and its labels. What is written in an unusual way is not
/// seen at all, and decoded as ever.
/// </summary>
internal ref struct Glance
{
    /// <summary>As the server writes it between quotes, without escapes.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Likewise; empty where there is none.</summary>
    public ReadOnlySpan<byte> Namespace { get; private set; }

    /// <summary>Likewise.</summary>
    public ReadOnlySpan<byte> Version { get; private set; }

    /// <summary>As JSON; empty where there are none.</summary>
    public ReadOnlySpan<byte> Labels { get; private set; }

    /// <param name="item">The object and nothing else.</param>
    /// <param name="kind">That it should be, where it says one; empty for any.</param>
    public static bool TryTake(ReadOnlySpan<byte> item, ReadOnlySpan<byte> kind, out Glance glance)
    {
        glance = default;
        try
        {
            var metadata = ReadOnlySpan<byte>.Empty;
            for (var members = new Members(item); members.Next();)
            {
                if (members.Name.SequenceEqual("metadata"u8))
                {
                    if (!metadata.IsEmpty)
                        return false;
                    metadata = members.Value;
                }
                else if (!kind.IsEmpty && members.Name.SequenceEqual("kind"u8) && !Text(members.Value).SequenceEqual(kind))
                {
                    return false;
                }
            }

            return !metadata.IsEmpty && glance.Take(metadata);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The object that is seen here, as far as it is.</summary>
    public readonly ObjectMeta Metadata() => new(
        Encoding.ASCII.GetString(Name),
        Namespace.IsEmpty ? null : SharedText.Of(Namespace) ?? Encoding.ASCII.GetString(Namespace),
        ResourceVersion: Version.IsEmpty ? null : Encoding.ASCII.GetString(Version));

    private bool Take(ReadOnlySpan<byte> metadata)
    {
        for (var members = new Members(metadata); members.Next();)
        {
            if (members.Name.SequenceEqual("labels"u8))
            {
                if (!Labels.IsEmpty)
                    return false;
                Labels = members.Value;
                continue;
            }

            var isName = members.Name.SequenceEqual("name"u8);
            var isNamespace = members.Name.SequenceEqual("namespace"u8);
            if (!isName && !isNamespace && !members.Name.SequenceEqual("resourceVersion"u8))
                continue;
            var text = Text(members.Value);
            if (text.IsEmpty || !(isName ? Name : isNamespace ? Namespace : Version).IsEmpty)
                return false;
            if (isName)
                Name = text;
            else if (isNamespace)
                Namespace = text;
            else
                Version = text;
        }

        return !Name.IsEmpty && Version.Length <= ObjectMeta.LongestVersion;
    }

    /// <summary>Empty where it is none, or not in plain ASCII.</summary>
    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value) =>
        value is [(byte)'"', .. var text, (byte)'"'] && Ascii.IsValid(text) && !text.Contains((byte)'\\') ? text : default;
}

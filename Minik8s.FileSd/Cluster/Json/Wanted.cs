using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>The members of an object that its decoder reads, as the decoder itself tells them.</summary>
internal sealed class Wanted
{
    /// <summary>All of a value, whatever it is.</summary>
    public static readonly Wanted All = new([]);

    private readonly (byte[] Name, Wanted Value)[] _members;

    private Wanted((byte[] Name, Wanted Value)[] members) => _members = members;

    /// <summary>Nothing of it can be left out.</summary>
    public bool IsAll => _members.Length == 0;

    /// <summary>What a decoder reads; of an array, what it reads of each element.</summary>
    public static Wanted By(JsonTypeInfo type) => type.Kind switch
    {
        JsonTypeInfoKind.Object => new([.. type.Properties.Select(property =>
            (Encoding.ASCII.GetBytes(property.Name), By(type.Options.GetTypeInfo(property.PropertyType))))]),
        JsonTypeInfoKind.Enumerable => By(type.Options.GetTypeInfo(type.ElementType!)),
        _ => All,
    };

    /// <summary>An object of several shapes, of which nothing is left out that one of them wants.</summary>
    public static Wanted Either(params ReadOnlySpan<Wanted> shapes)
    {
        var members = new Dictionary<string, (byte[] Name, Wanted Value)>();
        foreach (var shape in shapes)
        {
            foreach (var member in shape._members)
            {
                var name = Encoding.ASCII.GetString(member.Name);
                members[name] = members.TryGetValue(name, out var other)
                    ? (member.Name, other.Value.IsAll || member.Value.IsAll ? All : Either(other.Value, member.Value))
                    : member;
            }
        }

        return new([.. members.Values]);
    }

    /// <summary>An object of these members.</summary>
    public static Wanted Of(params ReadOnlySpan<(string Name, Wanted Value)> members)
    {
        var named = new List<(byte[], Wanted)>();
        foreach (var (name, value) in members)
            named.Add((Encoding.ASCII.GetBytes(name), value));
        return new([.. named]);
    }

    /// <summary>Null when it is not wanted.</summary>
    /// <param name="name">As it stands between its quotes.</param>
    public Wanted? Find(ReadOnlySpan<byte> name)
    {
        foreach (var member in _members)
        {
            if (member.Name.Length == name.Length && name.SequenceEqual(member.Name))
                return member.Value;
        }

        return null;
    }
}

using System.IO.Hashing;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>
/// What one watch has told of which object: most of what a cluster tells of its nodes, and much of what it tells of its pods,
/// is nothing new in what is read of it.
/// </summary>
/// <param name="hasNamespace">By which objects of one name are told apart, too.</param>
/// <param name="most">Objects; of more than these it forgets all.</param>
internal sealed class ToldObjects(bool hasNamespace, int most)
{
    private readonly Dictionary<UInt128, UInt128> _told = [];

    // With a seed of its own: hardly anybody can make up two contents that look alike.
    private readonly XxHash128 _hash = new(Random.Shared.NextInt64());

    /// <summary>Whether the watch has told the same of it before, but for its version. From now on this is what it has told.</summary>
    /// <param name="item">The object, of which <paramref name="glance"/> was taken.</param>
    public bool IsAsBefore(ReadOnlySpan<byte> item, in Glance glance)
    {
        // Behind the version, wherever that is: the texts of a glance are parts of the object.
        var behind = item;
        if (!glance.Version.IsEmpty && item.Overlaps(glance.Version, out var at))
        {
            _hash.Append(item[..at]);
            behind = item[(at + glance.Version.Length)..];
        }

        _hash.Append(behind);
        var content = _hash.GetCurrentHashAsUInt128();
        _hash.Reset();
        var key = KeyOf(glance);
        if (_told.TryGetValue(key, out var before) && before == content)
            return true;
        if (_told.Count >= most)
            Clear();
        _told[key] = content;
        return false;
    }

    /// <summary>It is gone. Whatever comes is new.</summary>
    public void Forget(in Glance glance) => _told.Remove(KeyOf(glance));

    /// <summary>Nothing is known of what was told.</summary>
    public void Clear() => _told.Clear();

    private UInt128 KeyOf(in Glance glance)
    {
        if (hasNamespace)
            _hash.Append(glance.Namespace);
        _hash.Append("/"u8);
        _hash.Append(glance.Name);
        var key = _hash.GetCurrentHashAsUInt128();
        _hash.Reset();
        return key;
    }
}

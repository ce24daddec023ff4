using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// One of several parts of the targets, each for a Prometheus of its own. They are divided by the hash of Prometheus'
/// relabelling action <c>hashmod</c> over <c>__address__</c> as it stands in the file, and so as rules of that kind divide them.
/// </summary>
/// <param name="Index">From 0 on, below the count.</param>
/// <param name="Count">Of all shards.</param>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>More shards than anybody runs.</summary>
    public const int Most = 10_000;

    /// <summary>The label with the index, as <c>hashmod</c> writes it.</summary>
    public const string Label = "__meta_minik8s_shard";

    public string LabelValue { get; } = Index.ToString(CultureInfo.InvariantCulture);

    /// <summary>To be read by people.</summary>
    public override string ToString() => $"shard {Index} of {Count}";

    /// <summary>A projection that leaves the targets of other shards out; the projection itself where there are no shards.</summary>
    public static Func<T, Verdict> Dividing<T>(Func<T, Verdict> project, Shard? shard) =>
        shard is null ? project : item => shard.Keep(project(item));

    /// <summary>The shard that has an address: the last eight bytes of its MD5, big-endian, modulo the count.</summary>
    /// <param name="address">As it stands in the file.</param>
    public static int Of(string address, int count)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351 // It keeps no secret: it is the hash that Prometheus takes.
        MD5.HashData(Utf8Text.Bytes(address), hash);
#pragma warning restore CA5351
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(hash[8..]) % (ulong)count);
    }

    public bool Has(string address) => Of(address, Count) == Index;

    /// <summary>Of an object's targets those of this shard. What a node tells of its pods stays, whichever shard has its own target.</summary>
    public Verdict Keep(Verdict verdict)
    {
        if (verdict is not Verdict.Target target)
            return verdict;
        List<TargetGroup> own = [.. target.Groups.Where(group => Has(group.Address)).Select(Labelled)];
        return own.Count > 0
            ? target with { Groups = own }
            : new Verdict.NotTarget(Reason.OtherShard, WhereAre([.. target.Groups.Select(group => group.Address)])) { Host = target.Host, LabelsForPods = target.LabelsForPods };
    }

    /// <summary>Which shard has each of some addresses, in words.</summary>
    public string WhereAre(IReadOnlyCollection<string> addresses)
    {
        const int mostTold = 10;
        var told = addresses.Take(mostTold).Select(address => $"{address} is in shard {Of(address, Count)} of {Count}");
        return $"{string.Join(", ", told)}{(addresses.Count > mostTold ? ", …" : "")}, and this is shard {Index}";
    }

    private TargetGroup Labelled(TargetGroup group)
    {
        var before = group.Labels.TakeWhile(label => string.CompareOrdinal(label.Key, Label) < 0).Count();
        return group with { Labels = [.. group.Labels.Take(before), new(Label, LabelValue), .. group.Labels.Skip(before)] };
    }
}

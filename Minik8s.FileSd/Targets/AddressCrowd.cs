using System.Buffers;
using System.Collections.Immutable;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>What is known of the contested addresses of a set of objects, which most changes leave as they are.</summary>
internal sealed class AddressCrowd
{
    private volatile object? _mayMeet;

    /// <summary>As <see cref="MayMeet(IEnumerable{ImmutableSortedDictionary{ObjectKey, RenderedTargets}})"/>, found out once.</summary>
    /// <param name="objects">Whose addresses these are.</param>
    public bool MayMeet(ImmutableSortedDictionary<ObjectKey, RenderedTargets> objects) => (bool)(_mayMeet ??= MayMeet([objects]));

    /// <summary>Whether an object that was one is another, and its addresses are the same.</summary>
    public static bool IsUnmoved(RenderedTargets? before, RenderedTargets? after)
    {
        if ((before?.Created is null ? 0 : before.Groups.Count) is var count && (after?.Created is null ? 0 : after.Groups.Count) != count)
            return false;
        for (var i = 0; i < count; i++)
        {
            if (before!.Groups[i].Address != after!.Groups[i].Address)
                return false;
        }

        return true;
    }

    /// <summary>Whether two groups may have one address, by hashes and without an allocation.</summary>
    public static bool MayMeet(IEnumerable<ImmutableSortedDictionary<ObjectKey, RenderedTargets>> parts)
    {
        var hashes = ArrayPool<ulong>.Shared.Rent(1024);
        var count = 0;
        foreach (var part in parts)
        {
            foreach (var (_, targets) in part)
            {
                if (targets.Created is null)
                    continue;
                for (var i = 0; i < targets.Groups.Count; i++)
                {
                    if (count == hashes.Length)
                        hashes = Longer(hashes);
                    hashes[count++] = targets.Groups[i].AddressHash;
                }
            }
        }

        var used = hashes.AsSpan(0, count);
        used.Sort();
        var found = false;
        for (var i = 1; i < count && !found; i++)
            found = used[i] == used[i - 1];
        ArrayPool<ulong>.Shared.Return(hashes);
        return found;
    }

    private static ulong[] Longer(ulong[] hashes)
    {
        var longer = ArrayPool<ulong>.Shared.Rent(2 * hashes.Length);
        hashes.CopyTo(longer, 0);
        ArrayPool<ulong>.Shared.Return(hashes);
        return longer;
    }
}

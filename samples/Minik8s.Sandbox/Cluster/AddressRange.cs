using System.Buffers.Binary;
using System.Net;

namespace Minik8s.Sandbox.Cluster;

/// <summary>
/// Hands out addresses of a range. Each next one follows the last, around the range, so that an address just given back
/// is not someone else's at once.
/// </summary>
internal sealed class AddressRange(IPNetwork range)
{
    private readonly HashSet<IPAddress> _taken = [];
    private readonly uint _size = 1u << (32 - range.PrefixLength);
    private uint _last;

    /// <summary>The next free address, without the range's first and last.</summary>
    /// <exception cref="SandboxException">All are taken.</exception>
    public IPAddress Take()
    {
        for (var tried = 0u; tried < _size; tried++)
        {
            _last = (_last + 1) % _size;
            if (_last > 0 && _last < _size - 1 && _taken.Add(At(_last)))
            {
                return At(_last);
            }
        }

        throw new SandboxException($"All addresses of {range} are taken.");
    }

    /// <summary>Takes an address that the object itself asked for.</summary>
    public void Take(IPAddress address) => _taken.Add(address);

    public void GiveBack(IPAddress address) => _taken.Remove(address);

    /// <summary>The address at a position of the range; 1 is the first that is handed out.</summary>
    public IPAddress At(uint position)
    {
        var bytes = range.BaseAddress.GetAddressBytes();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + position);
        return new IPAddress(bytes);
    }
}

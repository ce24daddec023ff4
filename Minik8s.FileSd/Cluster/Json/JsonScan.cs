using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>
/// Finds the ends of JSON values in UTF-8 without reading them: sixty-four bytes at a time, of which only quotes,
/// backslashes and brackets count. Whether what is passed over is JSON in all else is not looked at.
/// </summary>
internal static class JsonScan
{
    /// <summary>The bytes do not reach as far as the end.</summary>
    public const int Incomplete = -1;

    private const int Block = 64;

    /// <summary>Behind a number, <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    private static readonly SearchValues<byte> Ends = SearchValues.Create(",}] \n\r\t"u8);

    /// <summary>The first byte at or behind <paramref name="at"/> that is no white space; the length when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
        return at;
    }

    /// <summary>Behind the value that begins at <paramref name="at"/>, or <see cref="Incomplete"/>.</summary>
    /// <param name="isFinal">There are no more bytes, so that a number may end with them.</param>
    /// <exception cref="JsonException">No value begins there.</exception>
    public static int EndOfValue(ReadOnlySpan<byte> json, int at, bool isFinal)
    {
        if (at >= json.Length)
            return Incomplete;
        switch (json[at])
        {
            case (byte)'"':
                return EndOfText(json, at, out _);
            case (byte)'{' or (byte)'[':
                return EndOfNest(json, at);
            case (byte)',' or (byte)':' or (byte)'}' or (byte)']':
                throw Unexpected(json[at]);
            default:
                var length = json[at..].IndexOfAny(Ends);
                return length == 0 ? throw Unexpected(json[at]) : length > 0 ? at + length : isFinal ? json.Length : Incomplete;
        }
    }

    /// <summary>Behind the text whose first quote is at <paramref name="at"/>, or <see cref="Incomplete"/>.</summary>
    /// <param name="isPlain">It has no backslash.</param>
    public static int EndOfText(ReadOnlySpan<byte> json, int at, out bool isPlain)
    {
        isPlain = true;
        for (var i = at + 1; ;)
        {
            var next = i < json.Length ? json[i..].IndexOfAny((byte)'"', (byte)'\\') : -1;
            if (next < 0)
                return Incomplete;
            i += next + 1;
            if (json[i - 1] == (byte)'"')
                return i;
            isPlain = false;
            i++;
        }
    }

    public static JsonException Unexpected(byte found) => new(found is > 0x20 and < 0x7F
        ? $"'{(char)found}' stands where it cannot stand."
        : $"The byte 0x{found:x2} stands where it cannot stand.");

    /// <summary>Behind the object or array that begins at <paramref name="at"/>, or <see cref="Incomplete"/>.</summary>
    private static int EndOfNest(ReadOnlySpan<byte> json, int at)
    {
        var depth = 0;
        ulong inText = 0;
        ulong escaped = 0;
        Span<byte> last = stackalloc byte[Block];
        for (; at < json.Length; at += Block)
        {
            scoped ReadOnlySpan<byte> block;
            if (json.Length - at >= Block)
            {
                block = json.Slice(at, Block);
            }
            else
            {
                last.Clear();
                json[at..].CopyTo(last);
                block = last;
            }

            var (quotes, backslashes, opens, closes) = Masks(block);
            quotes &= ~Escaped(backslashes, ref escaped);
            var text = Between(quotes) ^ inText;
            inText = (ulong)((long)text >> 63);
            opens &= ~text;
            closes &= ~text;
            var ends = BitOperations.PopCount(closes);
            if (ends < depth)
            {
                depth += BitOperations.PopCount(opens) - ends;
                continue;
            }

            for (var both = opens | closes; both != 0; both &= both - 1)
            {
                var bit = both & (~both + 1);
                depth += (opens & bit) != 0 ? 1 : -1;
                if (depth == 0)
                    return at + BitOperations.TrailingZeroCount(bit) + 1;
            }
        }

        return Incomplete;
    }

    /// <summary>A bit for each byte of a block, by what it is.</summary>
    private static (ulong Quotes, ulong Backslashes, ulong Opens, ulong Closes) Masks(ReadOnlySpan<byte> block)
    {
        ulong quotes = 0, backslashes = 0, opens = 0, closes = 0;
        for (var i = 0; i < Block; i += Vector128<byte>.Count)
        {
            var bytes = Vector128.Create(block[i..]);

            // { and [ differ in this bit alone, as do } and ].
            var folded = bytes | Vector128.Create((byte)0x20);
            quotes |= (ulong)Vector128.Equals(bytes, Vector128.Create((byte)'"')).ExtractMostSignificantBits() << i;
            backslashes |= (ulong)Vector128.Equals(bytes, Vector128.Create((byte)'\\')).ExtractMostSignificantBits() << i;
            opens |= (ulong)Vector128.Equals(folded, Vector128.Create((byte)'{')).ExtractMostSignificantBits() << i;
            closes |= (ulong)Vector128.Equals(folded, Vector128.Create((byte)'}')).ExtractMostSignificantBits() << i;
        }

        return (quotes, backslashes, opens, closes);
    }

    /// <summary>The bytes behind an odd number of backslashes: what they are, they are not meant to be.</summary>
    /// <param name="carry">Whether the first byte of the next block is one.</param>
    private static ulong Escaped(ulong backslashes, ref ulong carry)
    {
        var escaped = carry;
        backslashes &= ~carry;
        carry = 0;
        while (backslashes != 0)
        {
            var start = BitOperations.TrailingZeroCount(backslashes);
            var behind = start + BitOperations.TrailingZeroCount(~(backslashes >> start));
            var isOdd = (ulong)(behind - start) & 1;
            if (behind >= Block)
            {
                carry = isOdd;
                break;
            }

            escaped |= isOdd << behind;
            backslashes &= ulong.MaxValue << behind;
        }

        return escaped;
    }

    /// <summary>All bits from each quote on up to the next.</summary>
    private static ulong Between(ulong quotes)
    {
        quotes ^= quotes << 1;
        quotes ^= quotes << 2;
        quotes ^= quotes << 4;
        quotes ^= quotes << 8;
        quotes ^= quotes << 16;
        return quotes ^ (quotes << 32);
    }
}

using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>
/// Copies of a JSON value what is wanted, and passes over the rest: of an object of Kubernetes that is a fifth, and the
/// decoder has to read no more than that.
/// </summary>
/// <remarks>
/// What it leaves out it does not read: the brackets there must match in number, and all else may be as it likes. What it
/// copies it does not judge; that is the decoder's matter.
/// </remarks>
internal ref struct Pruning
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly Span<byte> _copy;

    /// <param name="json">There are more bytes to come, unless the value ends before its end.</param>
    /// <param name="copy">As long as <paramref name="json"/> at least.</param>
    private Pruning(ReadOnlySpan<byte> json, Span<byte> copy)
    {
        _json = json;
        _copy = copy;
    }

    private int Length { get; set; }

    /// <returns>Behind the value that begins at <paramref name="at"/>, or <see cref="JsonScan.Incomplete"/>.</returns>
    /// <param name="length">Of the copy.</param>
    /// <exception cref="JsonException">It is not built like JSON.</exception>
    public static int Prune(ReadOnlySpan<byte> json, int at, Wanted wanted, Span<byte> copy, out int length)
    {
        var pruning = new Pruning(json, copy);
        var end = pruning.Value(at, wanted);
        length = pruning.Length;
        return end;
    }

    private int Value(int at, Wanted wanted)
    {
        if (at >= _json.Length)
            return JsonScan.Incomplete;
        return (wanted.IsAll ? (byte)0 : _json[at]) switch
        {
            (byte)'{' => Object(at, wanted),
            (byte)'[' => Array(at, wanted),
            _ => Whole(at),
        };
    }

    private int Whole(int at)
    {
        var end = JsonScan.EndOfValue(_json, at, isFinal: false);
        if (end >= 0)
            Copy(_json[at..end]);
        return end;
    }

    private int Object(int at, Wanted wanted)
    {
        var begin = (At: at, Length);
        Copy(_json[at]);
        at = JsonScan.SkipSpace(_json, at + 1);
        var isEmpty = at < _json.Length && _json[at] == '}';
        while (!isEmpty)
        {
            var name = JsonScan.SkipSpace(_json, at);
            if (name >= _json.Length)
                return JsonScan.Incomplete;
            if (_json[name] != '"')
                throw JsonScan.Unexpected(_json[name]);
            var nameEnd = JsonScan.EndOfText(_json, name, out var isPlain);
            if (nameEnd < 0)
                return JsonScan.Incomplete;
            if (!isPlain)
            {
                // A name that may be another than it looks: the decoder gets the object as it is.
                Length = begin.Length;
                return Whole(begin.At);
            }

            at = JsonScan.SkipSpace(_json, nameEnd);
            if (at >= _json.Length)
                return JsonScan.Incomplete;
            if (_json[at] != ':')
                throw JsonScan.Unexpected(_json[at]);
            at = Member(name, nameEnd, JsonScan.SkipSpace(_json, at + 1), wanted);
            if (at < 0 || (at = Behind(at, (byte)'}')) < 0)
                return JsonScan.Incomplete;
            if (_json[at] == '}')
                break;
            at++;
        }

        return Close(at);
    }

    private int Member(int name, int nameEnd, int at, Wanted wanted)
    {
        if (wanted.Find(_json[(name + 1)..(nameEnd - 1)]) is not { } child)
            return JsonScan.EndOfValue(_json, at, isFinal: false);
        if (_copy[Length - 1] != '{')
            Copy((byte)',');
        Copy(_json[name..nameEnd]);
        Copy((byte)':');
        return Value(at, child);
    }

    private int Array(int at, Wanted wanted)
    {
        Copy(_json[at]);
        at = JsonScan.SkipSpace(_json, at + 1);
        var isEmpty = at < _json.Length && _json[at] == ']';
        while (!isEmpty)
        {
            at = Element(JsonScan.SkipSpace(_json, at), wanted);
            if (at < 0 || (at = Behind(at, (byte)']')) < 0)
                return JsonScan.Incomplete;
            if (_json[at] == ']')
                break;
            Copy((byte)',');
            at++;
        }

        return Close(at);
    }

    /// <summary>No array of arrays is wanted anywhere; what is one is the decoder's matter, and may be of any depth.</summary>
    private int Element(int at, Wanted wanted) =>
        at < _json.Length && _json[at] == '[' ? Whole(at) : Value(at, wanted);

    /// <summary>At the comma or the closing bracket behind a value.</summary>
    private readonly int Behind(int at, byte close)
    {
        at = JsonScan.SkipSpace(_json, at);
        return at >= _json.Length ? JsonScan.Incomplete
            : _json[at] == ',' || _json[at] == close ? at
            : throw JsonScan.Unexpected(_json[at]);
    }

    private int Close(int at)
    {
        if (at >= _json.Length)
            return JsonScan.Incomplete;
        Copy(_json[at]);
        return at + 1;
    }

    private void Copy(byte single) => _copy[Length++] = single;

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_copy[Length..]);
        Length += bytes.Length;
    }
}

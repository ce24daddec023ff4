using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>The members of an object, one after the other, without reading them.</summary>
/// <param name="json">The object and nothing else.</param>
internal ref struct Members(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _at;

    /// <summary>As it stands between its quotes; never one with an escape, which may be another than it looks.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>As it stands there.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>On to the next; false at the end.</summary>
    /// <exception cref="JsonException">It is no object, or cannot be told apart like this.</exception>
    public bool Next()
    {
        Expect(_at == 0 ? (byte)'{' : (byte)',', orEnd: _at > 0);
        if (_at == _json.Length)
            return false;
        if (Peek() == '}' && Value.IsEmpty)
            return false;
        if (Peek() != '"')
            throw JsonScan.Unexpected(Peek());
        var name = _at;
        _at = End(JsonScan.EndOfText(_json, _at, out var isPlain));
        if (!isPlain)
            throw new JsonException("A name has an escape.");
        Name = _json[(name + 1)..(_at - 1)];
        Expect((byte)':', orEnd: false);
        Peek();
        var value = _at;
        _at = End(JsonScan.EndOfValue(_json, _at, isFinal: true));
        Value = _json[value.._at];
        return true;
    }

    private void Expect(byte sign, bool orEnd)
    {
        var found = Peek();
        if (found == '}' && orEnd)
            _at = _json.Length;
        else if (found == sign)
            _at++;
        else
            throw JsonScan.Unexpected(found);
    }

    private byte Peek()
    {
        _at = JsonScan.SkipSpace(_json, _at);
        return _at < _json.Length ? _json[_at] : throw new JsonException("It is cut off.");
    }

    private static int End(int end) => end >= 0 ? end : throw new JsonException("It is cut off.");
}

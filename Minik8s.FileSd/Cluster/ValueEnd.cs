using System.Buffers;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Finds the end of a JSON object, array or text that comes in pieces, and looks at each byte once. Whether what is before
/// that end is JSON at all is for others to say.
/// </summary>
internal struct ValueEnd
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);

    private int _seen;
    private int _depth;
    private bool _isInText;
    private bool _isEscaped;

    /// <param name="value">From its beginning on, as far as there is.</param>
    public bool IsIn(ReadOnlySpan<byte> value)
    {
        var isEnd = false;
        while (_seen < value.Length && !isEnd)
            _seen += Step(value[_seen..], out isEnd);
        return isEnd;
    }

    /// <returns>How many bytes were passed over.</returns>
    private int Step(ReadOnlySpan<byte> bytes, out bool isEnd)
    {
        isEnd = false;
        if (_isEscaped)
        {
            _isEscaped = false;
            return 1;
        }

        var at = _isInText ? bytes.IndexOfAny((byte)'"', (byte)'\\') : bytes.IndexOfAny(Structure);
        if (at < 0)
            return bytes.Length;
        switch (bytes[at])
        {
            case (byte)'\\':
                _isEscaped = true;
                break;
            case (byte)'"':
                _isInText = !_isInText;
                isEnd = !_isInText && _depth == 0;
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                break;
            default:
                isEnd = --_depth <= 0;
                break;
        }

        return at + 1;
    }
}

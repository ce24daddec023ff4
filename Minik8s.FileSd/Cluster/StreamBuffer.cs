using System.Buffers;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// What has come of an answer and is not read yet, in one piece. It grows with what has to be in it as a whole; that this is
/// bounded is the matter of who reads.
/// </summary>
internal sealed class StreamBuffer(Stream source) : IDisposable
{
    private const int FirstLength = 128 * 1024;
    private const int LongestKept = 1 << 20;

    /// <summary>More are not read at once, so that who bounds an object sees it before it is far too long.</summary>
    private const int LongestRead = 256 * 1024;

    private byte[] _bytes = Rent(FirstLength);
    private int _begin;
    private int _end;

    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_begin, _end - _begin);

    /// <summary>Waits for more.</summary>
    /// <returns>False at the end of the answer.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken stop)
    {
        if (_begin == _end)
            (_begin, _end) = (0, 0);
        if (_end > _bytes.Length / 2)
            MakeRoom();
        var count = await source.ReadAsync(_bytes.AsMemory(_end, Math.Min(_bytes.Length - _end, LongestRead)), stop);
        _end += count;
        return count > 0;
    }

    /// <summary>So many bytes are done with.</summary>
    public void Skip(int count) => _begin += count;

    public void Dispose()
    {
        Return(_bytes);
        _bytes = [];
    }

    /// <summary>Of this length or longer. Hardly an object needs a long one, and none is kept for the next that does.</summary>
    public static byte[] Rent(int length) =>
        length <= LongestKept ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    public static void Return(byte[] bytes)
    {
        if (bytes.Length is > 0 and <= LongestKept)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private void MakeRoom()
    {
        var former = _bytes;
        if (_end - _begin > former.Length / 2)
            _bytes = Rent(checked(2 * former.Length));
        former.AsSpan(_begin, _end - _begin).CopyTo(_bytes);
        (_begin, _end) = (0, _end - _begin);
        if (_bytes != former)
            Return(former);
    }
}

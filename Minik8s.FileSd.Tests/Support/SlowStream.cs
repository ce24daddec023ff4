namespace Minik8s.FileSd.Tests.Support;

/// <summary>Gives bytes in pieces of a chosen size, as a network might.</summary>
internal sealed class SlowStream(byte[] content, int pieceSize) : MemoryStream(content)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceSize)], cancellationToken);
}

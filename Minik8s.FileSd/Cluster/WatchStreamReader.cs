using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Minik8s.FileSd.Cluster.Tolerant;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Reads the frames of a watch, one JSON object after the other, each as soon as its last byte is there. (The serializer's
/// own reading of a stream waits for more than a frame, once that has come in several pieces: in a quiet cluster, for ever.)
/// </summary>
internal static class WatchStreamReader
{
    /// <summary>Reads the value at whose first token the reader stands.</summary>
    public delegate TFrame FrameReader<TFrame>(ref Utf8JsonReader reader);

    /// <summary>A longer one is refused, so that no server can use up the memory.</summary>
    private const int LongestFrame = 256 << 20;

    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true };

    /// <exception cref="JsonException">What came is no frame, or the stream ended in the middle of one.</exception>
    /// <exception cref="WatchRefusedException">What came is a list: told at its beginning, for it may be long.</exception>
    public static async IAsyncEnumerable<TFrame> ReadAsync<TFrame>(
        Stream body, FrameReader<TFrame> read, [EnumeratorCancellation] CancellationToken stop)
        where TFrame : class
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        try
        {
            ReadResult came;
            var isFirst = true;
            do
            {
                came = await pipe.ReadAsync(stop);
                var rest = came.Buffer;
                if (isFirst && IsList(rest))
                    throw new WatchRefusedException("it answers one with a whole list");
                while (TryRead(ref rest, came.IsCompleted, read, out var frame))
                {
                    isFirst = false;
                    yield return frame;
                }

                if (rest.Length > LongestFrame)
                    throw new JsonException($"A watch frame is longer than {LongestFrame >> 20} MiB.");
                pipe.AdvanceTo(rest.Start, rest.End);
            }
            while (!came.IsCompleted);
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    /// <summary>Takes the next frame off the rest; false where the bytes do not suffice, or there are none.</summary>
    private static bool TryRead<TFrame>(
        ref ReadOnlySequence<byte> rest, bool isFinal, FrameReader<TFrame> read, [NotNullWhen(true)] out TFrame? frame)
        where TFrame : class
    {
        frame = null;
        if (!HasMore(ref rest))
            return false;
        var reader = new Utf8JsonReader(rest, isFinal, new JsonReaderState(Options));
        if (!reader.Read())
            return false;
        var value = reader;
        if (!reader.TrySkip())
            return false;
        frame = read(ref value);
        rest = rest.Slice(reader.Position);
        return true;
    }

    /// <summary>Whether the bytes, as far as they go, are those of a list.</summary>
    private static bool IsList(ReadOnlySequence<byte> beginning)
    {
        var reader = new Utf8JsonReader(beginning, isFinalBlock: false, new JsonReaderState(Options));
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            if (Envelope.ListNames.Contains(name, StringComparer.OrdinalIgnoreCase))
                return true;
            if (string.Equals(name, "type", StringComparison.OrdinalIgnoreCase) || !reader.TrySkip())
                return false;
        }

        return false;
    }

    /// <summary>Whether there is anything but white space, which is passed over.</summary>
    private static bool HasMore(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.AdvancePastAny(" \n\r\t"u8);
        buffer = buffer.Slice(reader.Position);
        return !buffer.IsEmpty;
    }
}

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

    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = Bounds.Depth };

    /// <exception cref="JsonException">What came is no frame, or the stream ended in the middle of one.</exception>
    /// <exception cref="WatchRefusedException">What came is a list: told at its beginning, for it may be long.</exception>
    /// <exception cref="LimitException">A frame is too long.</exception>
    /// <exception cref="TimeoutException">A frame that has begun does not end.</exception>
    public static async IAsyncEnumerable<TFrame> ReadAsync<TFrame>(
        Stream body, FrameReader<TFrame> read, Bounds bounds, [EnumeratorCancellation] CancellationToken stop)
        where TFrame : class
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        using var incomplete = new IncompleteObject("a frame of the watch", bounds);
        try
        {
            ReadResult came;
            var isFirst = true;
            var end = default(ValueEnd);
            do
            {
                came = await incomplete.ReadAsync(pipe, stop);
                var rest = came.Buffer;
                while (HasMore(ref rest) && (end.IsIn(rest) || came.IsCompleted || incomplete.IsDue(rest.Length)))
                {
                    if (isFirst && IsList(rest))
                        throw new WatchRefusedException("it answers one with a whole list");
                    if (!TryRead(ref rest, came.IsCompleted, read, out var frame))
                    {
                        incomplete.Stays(rest.Length);
                        break;
                    }

                    (isFirst, end) = (false, default);
                    incomplete.Ends();
                    yield return frame;
                }

                pipe.AdvanceTo(rest.Start, rest.End);
            }
            while (!came.IsCompleted);
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    /// <summary>Takes the next frame off the rest; false where the bytes do not suffice.</summary>
    private static bool TryRead<TFrame>(
        ref ReadOnlySequence<byte> rest, bool isFinal, FrameReader<TFrame> read, [NotNullWhen(true)] out TFrame? frame)
        where TFrame : class
    {
        frame = null;
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
            var name = NameOf(ref reader);
            if (Envelope.ListNames.Contains(name, StringComparer.OrdinalIgnoreCase))
                return true;
            if (string.Equals(name, "type", StringComparison.OrdinalIgnoreCase) || !reader.TrySkip())
                return false;
        }

        return false;
    }

    /// <summary>Null where it is no Unicode.</summary>
    private static string? NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
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

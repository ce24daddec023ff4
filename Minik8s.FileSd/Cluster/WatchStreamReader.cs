using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Reads the frames of a watch, one JSON object after the other, each as soon as its last byte is there. (The serializer's
/// own reading of a stream waits for more than a frame, once that has come in several pieces: in a quiet cluster, for ever.)
/// </summary>
internal static class WatchStreamReader
{
    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true };

    /// <exception cref="JsonException">What came is no frame, or the stream ended in the middle of one.</exception>
    public static async IAsyncEnumerable<WatchEvent<T>> ReadAsync<T>(
        Stream body, JsonTypeInfo<WatchEvent<T>> frameType, [EnumeratorCancellation] CancellationToken stop)
        where T : class, IResource
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var frames = new List<WatchEvent<T>>();
        try
        {
            ReadResult read;
            do
            {
                read = await pipe.ReadAsync(stop);
                var fault = Advance(read.Buffer, read.IsCompleted, frameType, frames, out var consumed);
                foreach (var frame in frames)
                    yield return frame;
                frames.Clear();
                fault?.Throw();
                pipe.AdvanceTo(consumed, read.Buffer.End);
            }
            while (!read.IsCompleted);
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    /// <summary>Reads as many whole frames as there are. What is whole before a fault counts.</summary>
    private static ExceptionDispatchInfo? Advance<T>(
        ReadOnlySequence<byte> buffer, bool isFinal, JsonTypeInfo<WatchEvent<T>> frameType, List<WatchEvent<T>> frames, out SequencePosition consumed)
        where T : class, IResource
    {
        try
        {
            while (HasMore(ref buffer))
            {
                var reader = new Utf8JsonReader(buffer, isFinal, new JsonReaderState(Options));
                if (!reader.Read())
                    break;
                var frame = reader;
                if (!reader.TrySkip())
                    break;
                frames.Add(JsonSerializer.Deserialize(ref frame, frameType) ?? throw new JsonException("A watch frame is null."));
                buffer = buffer.Slice(reader.Position);
            }

            return null;
        }
        catch (JsonException fault)
        {
            return ExceptionDispatchInfo.Capture(fault);
        }
        finally
        {
            consumed = buffer.Start;
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

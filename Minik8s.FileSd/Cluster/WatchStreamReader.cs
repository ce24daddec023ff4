using System.Runtime.CompilerServices;
using System.Text.Json;
using Minik8s.FileSd.Cluster.Json;
using Minik8s.FileSd.Cluster.Tolerant;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Reads the frames of a watch, one JSON object after the other, each as soon as its last byte is there. (The serializer's
/// own reading of a stream waits for more than a frame, once that has come in several pieces: in a quiet cluster, for ever.)
/// </summary>
internal static class WatchStreamReader
{
    /// <summary>Reads a frame that is whole.</summary>
    public delegate TFrame FrameReader<TFrame>(ReadOnlySpan<byte> frame);

    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = Bounds.Depth };

    /// <exception cref="JsonException">What came is no frame, or the stream ended in the middle of one.</exception>
    /// <exception cref="WatchRefusedException">What came is a list: told at its beginning, for it may be long.</exception>
    /// <exception cref="LimitException">A frame is too long.</exception>
    /// <exception cref="TimeoutException">A frame that has begun does not end.</exception>
    public static async IAsyncEnumerable<TFrame> ReadAsync<TFrame>(
        Stream body, FrameReader<TFrame> read, Bounds bounds, [EnumeratorCancellation] CancellationToken stop)
        where TFrame : class
    {
        using var buffer = new StreamBuffer(body);
        using var incomplete = new IncompleteObject("a frame of the watch", bounds);
        bool hasMore;
        var isFirst = true;
        var end = default(ValueEnd);
        do
        {
            hasMore = await incomplete.ReadAsync(buffer, stop);
            while (HasMore(buffer) && (end.IsIn(buffer.Unread) || !hasMore || incomplete.IsDue(buffer.Unread.Length)))
            {
                if (isFirst && IsList(buffer.Unread))
                    throw new WatchRefusedException("it answers one with a whole list");
                if (JsonScan.EndOfValue(buffer.Unread, 0, isFinal: !hasMore) is >= 0 and var length)
                {
                    var frame = read(buffer.Unread[..length]);
                    (isFirst, end) = (false, default);
                    incomplete.Ends();
                    buffer.Skip(length);
                    yield return frame;
                    continue;
                }

                incomplete.Stays(buffer.Unread.Length);
                break;
            }
        }
        while (hasMore);
        if (buffer.Unread.Length > 0)
            throw new JsonException("The watch is cut off in the middle of a frame.");
    }

    /// <summary>Whether the bytes, as far as they go, are those of a list.</summary>
    private static bool IsList(ReadOnlySpan<byte> beginning)
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
    private static bool HasMore(StreamBuffer buffer)
    {
        buffer.Skip(JsonScan.SkipSpace(buffer.Unread, 0));
        return buffer.Unread.Length > 0;
    }
}

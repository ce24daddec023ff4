using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>What can be seen of a watch frame without decoding it.</summary>
internal static class FrameGlance
{
    /// <summary>False for a frame that tells no object, or is written in an unusual way.</summary>
    /// <param name="type">Added, Modified, Deleted, Bookmark or Error.</param>
    /// <param name="item">The object and nothing else.</param>
    public static bool TryTake(ReadOnlySpan<byte> frame, out WatchEventType type, out ReadOnlySpan<byte> item)
    {
        type = WatchEventType.Unknown;
        item = default;
        try
        {
            for (var members = new Members(frame); members.Next();)
            {
                if (members.Name.SequenceEqual("object"u8) && item.IsEmpty)
                    item = members.Value;
                else if (members.Name.SequenceEqual("type"u8) && type == WatchEventType.Unknown)
                    type = TypeOf(members.Value);
                else
                    return false;
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return type != WatchEventType.Unknown && !item.IsEmpty;
    }

    private static WatchEventType TypeOf(ReadOnlySpan<byte> json) =>
        json.SequenceEqual("\"ADDED\""u8) ? WatchEventType.Added
        : json.SequenceEqual("\"MODIFIED\""u8) ? WatchEventType.Modified
        : json.SequenceEqual("\"DELETED\""u8) ? WatchEventType.Deleted
        : json.SequenceEqual("\"BOOKMARK\""u8) ? WatchEventType.Bookmark
        : json.SequenceEqual("\"ERROR\""u8) ? WatchEventType.Error
        : WatchEventType.Unknown;
}
